/** All programs of others. */
import { cleanPrograms } from "./clean";
import { modelPrograms } from "./models";
import { openPrograms } from "./open";
import type { ForeignPrograms } from "./program";
import { shapePrograms } from "./shapes";
import { twinPrograms } from "./twin";

/** The programs, by what they are. */
export const foreignPrograms: ForeignPrograms = {
  ...cleanPrograms,
  ...openPrograms,
  ...modelPrograms,
  ...shapePrograms,
  ...twinPrograms,
};
