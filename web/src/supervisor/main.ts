/** The side panel at work: what is clicked becomes requests, what the switch says comes back as events. */

import type { BrowserEvent, SuperviseChanged } from "../generated/events";
import type { Talk } from "./wire";
import { ApiError, SupervisionApi } from "./api";
import { askOnce } from "./ask";
import { clearAsked, showAsked, tabulation } from "./asked";
import { drawPanel } from "./panel";
import { SupervisorPhone } from "./phone";
import { applyOwn, NOBODY, offers, outdated } from "./state";
import { Unsent } from "./unsent";
import type { Mode, Own, Panel } from "./wire";
import { word } from "./words";

const REFRESH_MS = 400;

export class Supervisor {
  readonly api: SupervisionApi;
  private readonly phone: SupervisorPhone;
  private readonly person: number;
  private readonly unsent = new Unsent(field("panel-message"));
  private own: Own = NOBODY;
  private panel: Panel | null = null;
  private wanted: number | null = null;
  private doing = "";
  private refusal = "";
  private ended = "";
  private busy = false;
  private planned: ReturnType<typeof setTimeout> | undefined;
  private opener: HTMLElement | null = null;

  /** `changed` hears when what the wallboard shows of this supervisor has changed. */
  constructor(
    private readonly root: HTMLElement,
    private readonly changed: (own: Own) => void,
  ) {
    this.api = new SupervisionApi(root.dataset["api"] ?? "/api/v1/");
    this.person = Number(root.dataset["person"]);
    const audio = document.getElementById("supervisor-audio") as HTMLAudioElement;
    this.phone = new SupervisorPhone(this.api, audio, () => this.draw());
    root.addEventListener("click", (event) => this.clicked(event));
    field("taken-disposition").addEventListener("change", () => showAsked(root, field("taken-disposition").value));
    root.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.send();
    });
    document.addEventListener("keydown", (event) => {
      const dialog = document.querySelector("dialog[open]");
      if (event.key === "Escape" && !this.root.hidden && !dialog) this.close();
    });
  }

  /** Show an operator. */
  async open(operator: number, opener: HTMLElement | null = null): Promise<void> {
    this.opener = opener;
    this.wanted = operator;
    this.refusal = "";
    this.ended = "";
    await this.attempt(async () => {
      const panel = await this.api.panel(operator);
      if (this.wanted !== operator) return;
      this.panel = panel;
      this.unsent.show(operator);
      this.root.hidden = false;
      document.body.classList.add("with-panel");
      this.draw();
      this.root.focus({ preventScroll: true });
    });
  }

  close(): void {
    this.wanted = null;
    this.panel = null;
    this.unsent.show(null);
    this.root.hidden = true;
    document.body.classList.remove("with-panel");
    this.opener?.focus();
    this.changed(this.own);
  }

  get shown(): number | null {
    return this.panel?.id ?? null;
  }

  /** After the live connection was lost, or at the beginning; and now and then, in silence. */
  async refresh(): Promise<void> {
    if (this.busy) return;
    try {
      const first = this.own === NOBODY;
      this.own = await this.api.own();
      this.checkPhone();
      if (this.wanted !== null) this.take(await this.api.panel(this.wanted));
      else if (first && this.own.taken) await this.open(this.own.taken.operator.id);
      this.draw();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }

  event(event: BrowserEvent): void {
    if (event.type === "supervise.changed") {
      if (event.data.user_id === this.person) this.own_changed(event.data);
      if (this.panel) this.plan();
    } else if (event.type === "supervise.failed") {
      this.refuse(event.data.text);
    } else if (event.type === "message.read") {
      if (outdated(this.panel, event.data.operator_id)) this.plan();
    } else if (event.type === "operator.changed" || event.type === "operator.gone") {
      if (outdated(this.panel, event.data.id)) this.plan();
    }
  }

  /** Null: there was no answer. */
  async talks(calls: readonly string[]): Promise<Talk[] | null> {
    try {
      return await this.api.talks(calls);
    } catch (error) {
      if (error instanceof ApiError) return null;
      throw error;
    }
  }

  // ── What is clicked

  private clicked(event: Event): void {
    const target = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-do]") : null;
    const name = target?.dataset["do"];
    if (!target || target.getAttribute("aria-disabled") === "true") return;
    if (name === "close") this.close();
    else if (name === "listen" || name === "whisper" || name === "barge") void this.hearAs(name);
    else if (name === "take-over") void this.takeOver();
    else if (name === "stop") void this.act("listening/stop/");
    else if (name === "mute") this.phone.mute(!this.phone.state.muted);
    else if (name === "unblock") this.phone.hear();
    else if (name === "hold") void this.act("taken/hold/");
    else if (name === "resume") void this.act("taken/resume/");
    else if (name === "hang-up") void this.act("taken/hang-up/");
    else if (name === "dispose") void this.dispose();
    else if (name === "settle") void this.act("taken/settle/");
    else if (name === "pause") void this.force("pause", { reason: field("panel-reason").value });
    else if (name === "free") void this.force("free");
    else if (name === "end-shift") void this.endShift();
  }

  /** The phone first, by itself: it takes a second, once. */
  private async hearAs(mode: Mode): Promise<void> {
    const panel = this.panel;
    if (!panel) return;
    await this.attempt(async () => {
      await this.connect(panel, mode !== "listen");
      const path = `operators/${panel.id}/listen/`;
      try {
        this.own = await this.api.act(path, { mode });
      } catch (error) {
        if (!(error instanceof ApiError) || error.code !== "phone_not_open") throw error;
        // He works on another switch than the one where the phone is.
        await this.phone.again(panel.id);
        if (mode !== "listen") await this.phone.speak();
        this.own = await this.api.act(path, { mode });
      }
      this.phone.mute(mode === "listen");
      this.ended = "";
    });
  }

  private async connect(panel: Panel, speaking: boolean): Promise<void> {
    if (!this.phone.open) this.say(word("phone_opening"));
    await this.phone.ready(panel.id);
    if (speaking) await this.phone.speak();
    this.say("");
  }

  private async takeOver(): Promise<void> {
    const panel = this.panel;
    if (!panel || !(await askOnce(word("confirm_take_over"), word("lost_take_over", { name: panel.name }), word("do_take_over")))) return;
    if (!offers(panel, this.own, false, this.phone.open).mode) await this.hearAs("whisper");
    await this.attempt(async () => {
      await this.connect(panel, true);
      if (!(await this.heard(panel.id))) return;
      this.own = await this.api.act(`operators/${panel.id}/take-over/`);
      this.phone.mute(false);
    });
  }

  /** Whether the switch has connected him to the operator; it takes a moment after asking. */
  private async heard(operator: number): Promise<boolean> {
    for (let tries = 0; tries < 50; tries += 1) {
      const hearing = this.own.hearing;
      if (hearing?.operator !== operator) return false;
      if (hearing.state === "up") return true;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return false;
  }

  private act(path: string, body: object = {}): Promise<void> {
    return this.attempt(async () => {
      this.own = await this.api.act(path, body);
    });
  }

  private async dispose(): Promise<void> {
    const disposition = field("taken-disposition");
    if (!disposition.value) {
      disposition.focus();
      return;
    }
    const note = field("taken-note");
    await this.attempt(async () => {
      const zone = this.root.dataset["zone"] ?? "America/Sao_Paulo";
      this.own = await this.api.act("taken/disposition/", tabulation(this.root, disposition.value, note.value, zone));
      if (this.own.taken?.on === false) this.own = await this.api.act("taken/settle/");
      if (this.own.taken === null) {
        disposition.value = "";
        note.value = "";
        clearAsked(this.root);
      }
    });
  }

  private async force(what: "pause" | "free", body: object = {}): Promise<void> {
    const panel = this.panel;
    if (!panel) return;
    await this.attempt(async () => this.take(await this.api.force(panel.id, what, body)));
  }

  private async endShift(): Promise<void> {
    const panel = this.panel;
    if (!panel) return;
    const lost = panel.shift?.state === "talking" ? `${word("lost_end_shift_call")} ${word("lost_end_shift")}` : word("lost_end_shift");
    if (!(await askOnce(word("confirm_end_shift", { name: panel.name }), lost, word("do_end_shift")))) return;
    await this.attempt(async () => {
      await this.api.endShift(panel.id);
      this.take(await this.api.panel(panel.id));
    });
  }

  private async send(): Promise<void> {
    const panel = this.panel;
    const text = field("panel-message").value;
    // Sent once, however often it is pressed.
    if (!panel || this.busy || !text.trim()) return;
    await this.attempt(async () => {
      await this.api.send(text, [panel.id]);
      this.unsent.sent(panel.id, text);
      this.take(await this.api.panel(panel.id));
    });
  }

  // ── What follows

  private take(panel: Panel): void {
    if (panel.id === this.wanted) this.panel = panel;
  }

  private async attempt(step: () => Promise<void>): Promise<void> {
    this.busy = true;
    this.refusal = "";
    this.draw();
    try {
      await step();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.refusal = error.text;
    } finally {
      this.busy = false;
      this.doing = "";
      this.draw();
    }
  }

  private say(text: string): void {
    this.doing = text;
    this.draw();
  }

  private refuse(text: string): void {
    this.refusal = text;
    this.draw();
  }

  private own_changed(event: SuperviseChanged): void {
    const { own, ask } = applyOwn(this.own, event);
    const was = this.own.hearing;
    this.own = own;
    if (was && !own.hearing) this.ended = event.ended;
    this.checkPhone();
    if (own.hearing && this.panel?.id !== own.hearing.operator && own.hearing.mode === "taken_over") {
      void this.open(own.hearing.operator);
    }
    if (ask) void this.askOwn();
    this.draw();
  }

  private async askOwn(): Promise<void> {
    await this.attempt(async () => {
      this.own = await this.api.own();
    });
  }

  /** Another page may have opened the phone since, or the server closed it. */
  private checkPhone(): void {
    const { session, state } = this.own.phone;
    if (!this.phone.open || session === this.phone.session) return;
    this.phone.drop();
    if (state !== "off") this.refusal = word("phone_elsewhere");
  }

  private plan(): void {
    this.planned ??= setTimeout(() => {
      this.planned = undefined;
      const operator = this.wanted;
      if (operator !== null) void this.again(operator);
    }, REFRESH_MS);
  }

  private async again(operator: number): Promise<void> {
    try {
      this.take(await this.api.panel(operator));
      this.draw();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.refuse(error.text);
    }
  }

  private draw(): void {
    this.changed(this.own);
    if (!this.panel) return;
    drawPanel(this.root, {
      panel: this.panel,
      own: this.own,
      phone: this.phone.open ? this.phone.state : null,
      doing: this.doing,
      refusal: this.refusal,
      busy: this.busy,
      ended: this.ended,
    });
  }
}

function field(id: string): HTMLSelectElement | HTMLTextAreaElement {
  return document.getElementById(id) as HTMLSelectElement | HTMLTextAreaElement;
}
