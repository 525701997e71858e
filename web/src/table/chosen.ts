/** What is chosen in a table. Pure. */

export interface Chosen {
  chosen: number;
  shown: number;
  everything: boolean;
}

/** How the head's box stands. */
export function headState(state: Chosen): "none" | "some" | "all" {
  if (state.everything || (state.shown > 0 && state.chosen === state.shown)) return "all";
  return state.chosen > 0 ? "some" : "none";
}

/** `some` holds `{n}`. */
export function words(state: Chosen, some: string, all: string): string {
  return state.everything ? all : some.replace("{n}", String(state.chosen));
}
