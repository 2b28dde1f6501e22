// The walk-through's folders. Role, endpoint and bucket documents are bounded by them, so they stand in one place.

/** Folder of the training bucket that holds training and validation data. */
export const datasetPrefix = "fine-tuning-datasets/";

/** Folder of the output bucket that holds the metrics of customization jobs. */
export const outputPrefix = "outputs/";
