/** Processor time of this thread in milliseconds, where Node can tell it apart; else of all of them. */
export function threadMs(): number {
  const { user, system } = process.threadCpuUsage?.() ?? process.cpuUsage();
  return (user + system) / 1000;
}
