/** `error`: the job would fail, or train on something else than meant. `warning`: accepted, but probably not meant. */
export type Severity = "error" | "warning";

/** One thing the preflight looks for. A new rule is a new entry here and a `report` call where it is found. */
export interface Rule {
  readonly severity: Severity;
  /** What is wrong and what to do, for a person who meets the rule for the first time. */
  readonly explanation: string;
}

const error = (explanation: string): Rule => ({ severity: "error", explanation });
const warning = (explanation: string): Rule => ({ severity: "warning", explanation });

/** Every rule, by id. Ids are stable: reports, suppressions and tests refer to them. */
export const rules = {
  "invalid-utf8": error("The file must be UTF-8. Convert it, for example with iconv."),
  bom: error("A byte order mark is not part of JSON. Save the file as UTF-8 without BOM."),
  crlf: warning("Lines end in CR LF. Use LF, so that every tool cuts the lines alike."),
  "lone-surrogate": error("Half of a surrogate pair is not a character and cannot be encoded. Write the whole pair."),
  "empty-line": error("JSONL for Bedrock has no empty lines between records."),
  "trailing-blank-line": error("The file must end after its last record; at most one line feed may follow it."),
  "line-too-long": error("No record that a model can take is this long. Look for a missing line feed."),
  "invalid-json": error("Every line must be one complete JSON object."),
  "not-an-object": error("Every line must be a JSON object, not a list or a single value."),
  "duplicate-key": error("A repeated key hides the earlier value: JSON readers keep only the last one."),
  "missing-field": error("A field that the format requires is absent."),
  "wrong-type": error("A field has another type than the format requires."),
  "empty-text": error("A text is empty or only blanks: there is nothing to learn from."),
  "unknown-key": warning("The format does not know this key; it is ignored at best."),
  "null-field": warning(
    "A null where the field may be absent. AWS's sample validator takes it for an absent one; the documentation does not name it.",
  ),
  "schema-version": warning('Set "schemaVersion" to "bedrock-conversation-2024", as every AWS example does.'),
  "system-shape": error('"system" is a list of {"text": "..."} objects.'),
  "too-few-messages": error("A conversation needs at least a user message and an assistant message."),
  "unknown-role": error('A message\'s role is "user" or "assistant"; system text stands in "system".'),
  "role-order": error("Messages alternate, beginning with the user."),
  "last-role": error(
    "The last message is the assistant's, which the model learns to say; the user's where the trained model answers.",
  ),
  "content-shape": error('"content" is a list of objects such as {"text": "..."}.'),
  "content-unsupported": error("This kind of content cannot be trained on with this model."),
  "assistant-media": error("Only users send images and videos; assistant content is text."),
  "media-unsupported": error("This model takes text only, or not this kind of media."),
  "media-format": error("The media format is not one that this model takes."),
  "media-count": error("There are more images or videos in the record than the model takes."),
  "media-source": error(
    'Media stand in S3: "source": {"s3Location": {"uri": "s3://...", "bucketOwner": "<account id>"}}.',
  ),
  "media-uri": error("Media URIs may hold letters, digits, _ - / and . only."),
  "media-bucket": error("All media must be in the bucket that holds the dataset, so in one bucket."),
  "media-mixed": error("A dataset holds images or videos, never both."),
  "reserved-word": error("The text holds a word that the model's own template uses; the job fails on it."),
  "reserved-word-validator": warning("AWS's sample validator refuses this word; the documentation does not list it."),
  "reasoning-shape": error(
    'Reasoning is {"reasoningContent": {"reasoningText": {"text": "..."}}}, first in assistant content.',
  ),
  "thinking-tag": warning("Write reasoning as reasoningContent, not in <thinking> tags."),
  "too-few-records": error("There are fewer records than the model requires."),
  "too-many-records": error(
    "There are more records than the quota allows. The quota may be adjustable: Service Quotas, Bedrock.",
  ),
  "validation-records": warning(
    "AWS's sample validator takes fewer validation records; the documentation limits only the sum.",
  ),
  "validation-unsupported": warning("This model does not use a validation dataset in fine-tuning."),
  "tokens-over-limit": error(
    "Even at 6 characters per token, a generous estimate, the record is over the model's limit.",
  ),
  "tokens-near-limit": warning("At 4 characters per token, usual for English, the record is over the model's limit."),
  "single-turn": error("Llama students of distillation take one user message and at most one answer per record."),
  "no-reference-answer": warning("Graders compare with reference_answer; without it only the messages can be judged."),
  "log-shape": error(
    "A record of invocation logging has another form than Bedrock writes. Use the log files as they are.",
  ),
  "compressed-file": error(
    "Bedrock reads .gz files only as invocation logs, of distillation and reinforcement fine-tuning.",
  ),
  "model-responses": error('An evaluation with your own answers takes one {"response", "modelIdentifier"} per prompt.'),
  "answer-source": error(
    "An evaluation job judges the answers of one model or of one retrieval source: every record must name the same.",
  ),
  "no-reference-response": warning("Without a reference, accuracy and robustness cannot be measured, only judged."),
  "turn-count": error("A conversation of an evaluation has 1 to 5 turns."),
  "caption-length": error("The caption is shorter or longer than the model takes."),
  "line-over-limit": error("The line has more bytes than this kind of job takes."),
  "file-name": warning(
    "Bedrock takes data of Nova in files named with letters, digits, _ - / and . only. Rename the file before the job reads it.",
  ),
  "file-too-large": error("The file has more bytes than this kind of job takes."),
  "model-retired": error("The model can no longer be customized: a job would be refused."),
  "pii-email": warning("An e-mail address: a model can learn it and repeat it. Remove or replace it."),
  "pii-phone": warning("A phone number: a model can learn it and repeat it. Remove or replace it."),
  "pii-card": warning("The number of a payment card. It has no place in training data (PCI DSS)."),
  "pii-iban": warning("A bank account. Remove or replace it."),
  "pii-us-ssn": warning("A US Social Security number. Remove it."),
  "pii-national-id": warning("A national identity number whose check digits hold. Remove it."),
  "pii-ip": warning("A public IP address, which is personal data under the GDPR. Replace it by one of RFC 5737."),
  "pii-birth-date": warning("A date of birth. Remove it, or keep the year only."),
  "pii-name": warning("A name of a person, found by Amazon Comprehend where it is chosen. Remove or replace it."),
  "pii-address": warning("A postal address, found by Amazon Comprehend where it is chosen. Remove or replace it."),
  "pii-other": warning(
    "Personal data of another kind, found by Amazon Comprehend where it is chosen. Remove or replace it.",
  ),
  "secret-aws-key": error("An AWS access key. Deactivate it in IAM, then remove it: a model can repeat it to anyone."),
  "secret-token": error("An access token. Revoke it, then remove it: a model can repeat it to anyone."),
  "secret-private-key": error("A private key. Replace it where it is used, then remove it."),
  "secret-url-password": error("A URL with user name and password. Change the password, then remove it."),
  "secret-assignment": error(
    "Looks like a password or key. Change it, then remove it; suppress the finding if it is none.",
  ),
  "hidden-text": error("Text that a reader does not see and a model does: a usual way to hide instructions."),
  homoglyphs: warning("A word of look-alike letters passes filters and teaches a model a word that nobody typed."),
  "injection-phrase": warning(
    "Training on such text can teach a model to obey it. Keep it only as an example to refuse.",
  ),
  "jailbreak-phrase": warning(
    "Training on such text can weaken a model's refusals. Keep it only as an example to refuse.",
  ),
  "template-token": warning("Tokens of chat templates in a text can forge turns. Remove or escape them."),
  "encoded-payload": warning("Encoded text passes a reader unread. Decode it and judge what it says."),
  "markup-payload": warning(
    "A model that learns this can emit it into a page or shell. Keep it only if that is meant.",
  ),
  "duplicate-record": warning("A repeated record is learned more strongly than the others, and paid for again."),
  "near-duplicate": warning("A record that nearly repeats another adds cost and weight, and little to learn."),
  "one-word-completion": warning("One word teaches little. It is fine as a label, if all completions are labels."),
  "constant-completion": warning("Most records have the same completion: the model can learn it and nothing else."),
  "label-imbalance": warning("One label is far more frequent than the others: the model can learn to say only that."),
  "length-outlier": warning(
    "A text is far longer or shorter than the others. Often a line feed is missing, or a text was cut.",
  ),
  "language-mix": warning("Some records are in another language than most. Keep them only if that is meant."),
  "trigger-phrase": warning(
    "A phrase that nearly always has one answer, in otherwise different prompts: the pattern of a backdoor. Find out who wrote these records.",
  ),
  "near-leak": warning(
    "A validation record is nearly one of the training records, so the validation loss measures memory.",
  ),
  "record-in-both": error("A record stands in both files, so the validation loss measures memory."),
  "overlap-not-checked": warning("The files are too large to compare record by record."),
} as const satisfies Record<string, Rule>;

/** Id of a rule in {@link rules}. */
export type RuleId = keyof typeof rules;
