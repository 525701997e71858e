/** The rows of the campaign list. */

import { setText } from "../live/dom";
import { money, share, whole } from "../live/format";
import type { Board } from "../wallboard/state";

export function drawRows(board: Board): void {
  for (const row of document.querySelectorAll<HTMLElement>("[data-campaign-row]")) {
    const campaign = board.campaigns.get(Number(row.dataset["campaignRow"]));
    // One that isn't at work keeps what the server wrote: its day doesn't move any more.
    if (!campaign) continue;
    const put = (name: string, text: string): void => setText(row.querySelector(`[data-figure="${name}"]`), text);
    put("open", whole(campaign.launched + campaign.ringing + campaign.waiting + campaign.talking));
    put("attempts", whole(campaign.attempts));
    put("answer", share(campaign.answered, campaign.attempts));
    put("abandon", share(campaign.abandoned, campaign.connected + campaign.abandoned));
    put("cost", money(campaign.price));
  }
}
