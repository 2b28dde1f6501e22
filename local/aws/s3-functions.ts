import { property, type FunctionDefinition } from "./definition";
import { bucketNames } from "./s3-bucket";

const getBucket: FunctionDefinition = {
  token: "aws:s3/getBucket:getBucket",
  inputs: { bucket: property.string({ required: true }), region: property.string() },
  async invoke(context, { bucket }) {
    const name = String(bucket);
    const { BucketRegion } = await (await context.s3()).headBucket({ Bucket: name });
    return {
      ...bucketNames(name, BucketRegion ?? context.region),
      id: name,
      region: context.region,
      websiteDomain: "",
      websiteEndpoint: "",
    };
  },
};

/** Functions of the module `aws.s3`. */
export const s3Functions: readonly FunctionDefinition[] = [getBucket];
