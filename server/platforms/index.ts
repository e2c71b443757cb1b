// The platforms whose functions are known, in the order in which they are asked.
import type { Platform } from "../facts/project.ts";
import { coldstart } from "./coldstart.ts";
import { lambda } from "./lambda.ts";
import { lambdaPython } from "./lambda-python.ts";
import { modal } from "./modal/modal.ts";

export const platforms: readonly Platform[] = [coldstart, lambda, modal, lambdaPython];
