/** What is typed into CNPJ, CPF, phone and money fields, in its usual dress, and whether it can be right. Pure. */

export type Mask = "cnpj" | "cpf" | "phone" | "money";

function dress(bare: string, pattern: string): string {
  let at = 0;
  let text = "";
  for (const sign of pattern) {
    if (at >= bare.length) break;
    text += sign === "#" ? (bare[at++] ?? "") : sign;
  }
  return text;
}

/** Letters and digits of a CNPJ: twelve of either, then two digits. */
export function bareCnpj(text: string): string {
  const bare = text.toUpperCase().replace(/[^0-9A-Z]/g, "");
  return bare.slice(0, 12) + bare.slice(12).replace(/\D/g, "").slice(0, 2);
}

function digits(text: string): string {
  return text.replace(/\D/g, "");
}

function dressPhone(text: string): string {
  if (text.trimStart().startsWith("+") && !text.trimStart().startsWith("+55")) return text;
  let bare = digits(text);
  if (text.trimStart().startsWith("+55")) bare = bare.slice(2);
  // 0800 and its like, and short numbers, have no area code.
  if (/^0[3589]00/.test(bare)) return dress(bare.slice(0, 11), "#### ### ####");
  if (bare.length > 11) return text;
  return bare.length > 10 ? dress(bare, "(##) #####-####") : bare.length > 2 ? dress(bare, "(##) ####-####") : bare;
}

/** "1234,5" → "1.234,50"; what is no amount stays as it is. The server reads either (common/money.py). */
export function dressMoney(text: string): string {
  const found = /^(-?)(\d{1,3}(?:[.,]\d{3})*|\d+)(?:[.,](\d{1,2}))?$/.exec(text.replace(/\s|R\$/g, ""));
  if (!found) return text;
  const [, sign = "", whole = "", cents = ""] = found;
  const bare = whole.replace(/[.,]/g, "").replace(/^0+(?=\d)/, "");
  return `${sign}${bare.replace(/\B(?=(\d{3})+$)/g, ".")},${cents.padEnd(2, "0")}`;
}

/** The text in the mask's dress. */
export function dressed(mask: Mask, text: string): string {
  if (mask === "cnpj") return dress(bareCnpj(text), "##.###.###/####-##");
  if (mask === "cpf") return dress(digits(text).slice(0, 11), "###.###.###-##");
  return mask === "phone" ? dressPhone(text) : dressMoney(text);
}

/** The signs that count: two texts with the same differ in their dress only. */
export function bare(mask: Mask, text: string): string {
  return mask === "cnpj" ? text.toUpperCase().replace(/[^0-9A-Z]/g, "") : text.replace(/\D/g, "");
}

/** One check digit; a sign counts as its ASCII code less 48 (SERPRO's manual of the alphanumeric CNPJ). */
function checkDigit(text: string, weights: readonly number[]): string {
  const sum = weights.reduce((total, weight, index) => total + (text.charCodeAt(index) - 48) * weight, 0);
  const rest = sum % 11;
  return rest < 2 ? "0" : String(11 - rest);
}

const CNPJ_WEIGHTS = [6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2];

export function isCnpj(text: string): boolean {
  const value = bareCnpj(text);
  if (!/^[0-9A-Z]{12}\d{2}$/.test(value) || /^0+$/.test(value)) return false;
  const first = checkDigit(value, CNPJ_WEIGHTS.slice(1));
  return value.slice(12) === first + checkDigit(value.slice(0, 12) + first, CNPJ_WEIGHTS);
}

export function isCpf(text: string): boolean {
  const value = digits(text);
  if (value.length !== 11 || /^(\d)\1+$/.test(value)) return false;
  const weights = [11, 10, 9, 8, 7, 6, 5, 4, 3, 2];
  const first = checkDigit(value, weights.slice(1));
  return value.slice(9) === first + checkDigit(value.slice(0, 9) + first, weights);
}

/** Whether a text can be what its mask says. */
export function fits(mask: Mask, text: string): boolean {
  if (mask === "cnpj") return isCnpj(text);
  if (mask === "cpf") return isCpf(text);
  if (mask === "phone") return text.trim().startsWith("+") ? digits(text).length >= 8 : [10, 11].includes(digits(text).length);
  return dressMoney(text) !== text || /^-?\d{1,3}(\.\d{3})*,\d{2}$/.test(text.trim());
}
