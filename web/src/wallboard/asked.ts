/** Which calls to ask for: each once, and again only where no answer came. Pure. */

export class Asked {
  private readonly ids = new Set<string>();

  /** Those to ask for now, of all that nothing is known of; the rest of what was asked is forgotten. */
  next(unknown: readonly string[], most: number): string[] {
    const open = new Set(unknown);
    for (const id of this.ids) if (!open.has(id)) this.ids.delete(id);
    const wanted = unknown.filter((id) => !this.ids.has(id)).slice(0, most);
    for (const id of wanted) this.ids.add(id);
    return wanted;
  }

  failed(ids: readonly string[]): void {
    for (const id of ids) this.ids.delete(id);
  }
}
