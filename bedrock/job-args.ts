import type * as pulumi from "@pulumi/pulumi";

/** What every job is told beside what it is made of: a change of these starts no other job, except where it says so. */
export interface JobArgs {
  /** The Region of the job, its data and what it makes. A change means a new job. */
  region: pulumi.Input<string>;
  /** Tags of the job and of the model that it makes; they change in place. At most 50 on each, one of which may be ours. */
  tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** The attempt to reach, from 1. Raise it after a failed job to start the next one. Default 1. */
  attempt?: pulumi.Input<number>;
  /** Whether every update starts the next attempt when the job has failed or was stopped. Default false. */
  retryFailed?: pulumi.Input<boolean>;
  /** How long one update waits before it leaves the job running, in minutes, up to 14 days. Default 1440. */
  waitLimitMinutes?: pulumi.Input<number>;
  /**
   * Take over this job, which must be what the other inputs describe: nothing is started, and what differs is an error that
   * says where. Destroy deletes what the job made.
   */
  adoptJobArn?: pulumi.Input<string>;
}

/** What import, copy and evaluation jobs are told as well. */
export interface NamedJobArgs extends JobArgs {
  /** What is made is named `<prefix>-<8 digits>`. Default: the name of the resource. At most 54 characters. */
  namePrefix?: pulumi.Input<string>;
}

/** Subnets and groups of a job that runs in a VPC. */
export interface JobVpcArgs {
  /** 1 to 16, each as an id. */
  subnetIds: pulumi.Input<pulumi.Input<string>[]>;
  /** 1 to 5, each as an id. */
  securityGroupIds: pulumi.Input<pulumi.Input<string>[]>;
}
