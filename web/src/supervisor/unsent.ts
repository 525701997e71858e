/** What is written to one operator and not sent yet: nobody else's, whoever is shown meanwhile. Pure but for the box. */

export class Unsent {
  private readonly texts = new Map<number, string>();
  private whose: number | null = null;

  constructor(private readonly box: { value: string }) {}

  /** The box is this operator's now; null: nobody's. */
  show(operator: number | null): void {
    if (operator === this.whose) return;
    if (this.whose !== null) this.texts.set(this.whose, this.box.value);
    this.whose = operator;
    this.box.value = operator === null ? "" : (this.texts.get(operator) ?? "");
  }

  /** Gone out; what was written since stays. */
  sent(operator: number, text: string): void {
    if (operator !== this.whose) {
      if (this.texts.get(operator) === text) this.texts.delete(operator);
    } else if (this.box.value === text) this.box.value = "";
  }
}
