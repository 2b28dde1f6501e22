// The engine starts this process, reads the port from its first line, and talks the LanguageRuntime protocol to it.
import * as grpc from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import { languageRuntime } from "./service";

/** Without a limit the engine's larger messages (an exported stack, say) would be refused at 4 MiB. */
const maxMessageBytes = 400 * 1024 * 1024;

/** The engine passes its own address as the one positional argument, among flags that only the official host knows. */
export function engineAddress(args: readonly string[]): string {
  const address = args.find((argument) => !argument.startsWith("-"));
  if (address === undefined) {
    throw new Error(
      `The language host got no engine address in [${args.join(", ")}]. It is started by the Pulumi engine, not by hand.`,
    );
  }
  return address;
}

function main(): void {
  const server = new grpc.Server({
    "grpc.max_receive_message_length": maxMessageBytes,
    "grpc.max_send_message_length": maxMessageBytes,
  });
  server.addService(LanguageRuntimeService, languageRuntime(engineAddress(process.argv.slice(2))));
  server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error) {
      console.error(`The language host could not listen on 127.0.0.1: ${error.message}`);
      process.exit(1);
    }
    process.stdout.write(`${port}\n`);
  });
}

main();
