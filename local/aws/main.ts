// Entry point of the plugin: the engine starts it, reads the port from the first line of its output, and ends it.
import { serve } from "./server";

void serve(process.env).then(({ port }) => process.stdout.write(`${port}\n`));
