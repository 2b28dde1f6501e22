import type { FormatSpec } from "../limits";
import { ChatChecker } from "./chat";
import { ConversationChecker } from "./conversation";
import { EvaluationChecker } from "./evaluation";
import { parseS3Uri } from "../s3-uri";
import type { FileState, RecordChecker } from "./format";
import { ImageCaptionChecker } from "./image-caption";
import { InvocationLogChecker } from "./invocation-log";
import { PreTrainingChecker } from "./pre-training";
import { PromptCompletionChecker } from "./prompt-completion";

/** A fresh checker for one file in the given format. A new format is a new member of {@link FormatSpec} and a case here. */
export function createChecker(format: FormatSpec): RecordChecker {
  switch (format.id) {
    case "prompt-completion":
      return new PromptCompletionChecker();
    case "bedrock-conversation-2024":
      return new ConversationChecker(format.conversation);
    case "continued-pre-training":
      return new PreTrainingChecker();
    case "system-messages":
      return new ChatChecker("claude");
    case "openai-chat":
      return new ChatChecker("openai");
    case "image-caption":
      return new ImageCaptionChecker(format.caption);
    case "invocation-log":
      return new InvocationLogChecker();
    case "evaluation":
      return new EvaluationChecker();
  }
}

/**
 * What is decided for a file before its first record.
 *
 * @param file - name of the file: media that must stand beside the data stand in the bucket of an `s3://` URI
 */
export function initialState(format: FormatSpec, file: string): FileState {
  const isBeside = format.id === "bedrock-conversation-2024" && format.conversation.mediaBesideData === true;
  return isBeside ? { bucket: parseS3Uri(file)?.bucket } : {};
}
