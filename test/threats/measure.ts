/** What a piece of work took of the machine. */
export interface Measured<Value> {
  readonly value: Value;
  /** Processor time: unlike time on the clock it hardly depends on what else the machine does. */
  readonly cpuMs: number;
  /** How far the most memory that this process ever had grew. Nothing where it had as much before. */
  readonly grownMB: number;
}

export async function measure<Value>(run: () => Value | Promise<Value>): Promise<Measured<Value>> {
  const peakBefore = process.resourceUsage().maxRSS;
  const start = process.cpuUsage();
  const value = await run();
  const { user, system } = process.cpuUsage(start);
  const grownMB = (process.resourceUsage().maxRSS - peakBefore) / 1024;
  return { value, cpuMs: (user + system) / 1000, grownMB };
}
