/** Which source feeds which consumer, and how that is drawn: pure geometry. */

export interface Node {
  id: string;
  watts: number;
}

export interface Ribbon {
  source: string;
  consumer: string;
  watts: number;
}

/** Gives consumers what sources have, the first ones first: the sun feeds the house, the house comes before cars. */
export function ribbons(sources: Node[], consumers: Node[]): Ribbon[] {
  const found: Ribbon[] = [];
  const wanted = consumers.map((consumer) => ({ ...consumer }));
  for (const source of sources) {
    let left = source.watts;
    for (const consumer of wanted) {
      // A battery does not charge itself, and the grid sells nothing back.
      if (consumer.id === source.id) continue;
      const watts = Math.min(left, consumer.watts);
      if (watts <= 0) continue;
      left -= watts;
      consumer.watts -= watts;
      found.push({ source: source.id, consumer: consumer.id, watts });
    }
  }
  return found;
}

const STEPS = [1, 2, 3, 5, 8, 12, 20, 30, 50, 100, 1000];

/** The power that fills a row, in steps, so that not everything moves when one thing changes. */
export function fullScale(nodes: Node[]): number {
  const most = Math.max(0, ...nodes.map((node) => node.watts)) / 1000;
  return 1000 * (STEPS.find((step) => step >= most) ?? most);
}

/** A band between two heights, from left (0) to right (100). */
export function band(from: number, to: number, thickness: number): string {
  const [a, b] = [from + thickness, to + thickness];
  return `M0 ${from}C50 ${from} 50 ${to} 100 ${to}V${b}C50 ${b} 50 ${a} 0 ${a}Z`;
}

/** The middle of such a band. */
export function line(from: number, to: number, thickness: number): string {
  const [a, b] = [from + thickness / 2, to + thickness / 2];
  return `M0 ${a}C50 ${a} 50 ${b} 100 ${b}`;
}
