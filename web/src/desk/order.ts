/** What the phone has to do, by what the server and this tab say. Pure. */

import type { PhoneAccount } from "../phone";
import type { Desk } from "./state";

export type Order = { do: "run"; account: PhoneAccount; shift: number } | { do: "stop" } | { do: "go on" };

/**
 * The phone runs while there is a shift whose phone is this tab. `runsFor`: the shift that it runs for now, or null. It
 * ends with the shift, or goes to where it is said to be; that nothing is said of it ends nobody's conversation.
 */
export function orderOf({ data, owner }: Pick<Desk, "data" | "owner">, runsFor: number | null): Order {
  if (data === null || owner === "asking") return { do: "go on" };
  const { shift, phone } = data;
  if (owner !== "mine" || shift === null || data.phone_elsewhere) return { do: "stop" };
  if (phone !== null) return { do: "run", account: phone, shift: shift.id };
  return runsFor === shift.id ? { do: "go on" } : { do: "stop" };
}
