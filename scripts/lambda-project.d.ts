/** Writes `project/` into the folder of a Lambda's asset. @param source another checkout than this one */
export function writeLambdaProject(folder: string, source?: string): Promise<void>;
