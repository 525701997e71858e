/** Brazilian telephone numbers and documents as people type and read them. Pure. */

export function digitsOf(text: string): string {
  return text.replace(/\D/g, "");
}

/** National digits, formatted as far as they go: "1198765" → "(11) 98765". */
export function maskPhone(text: string): string {
  const digits = digitsOf(text).replace(/^55(?=\d{10,11}$)/, "").slice(0, 11);
  if (digits.length <= 2) return digits;
  const area = digits.slice(0, 2);
  const rest = digits.slice(2);
  const head = rest.length > 8 ? 5 : 4;
  return rest.length > head ? `(${area}) ${rest.slice(0, head)}-${rest.slice(head)}` : `(${area}) ${rest}`;
}

/**
 * What was typed → E.164, or null while it isn't a whole number: area code and 8 or 9 digits. Whether that may be called
 * is the server's to say.
 */
export function toE164(text: string): string | null {
  const digits = digitsOf(text).replace(/^0+/, "").replace(/^55(?=\d{10,11}$)/, "");
  return /^[1-9][1-9]\d{8,9}$/.test(digits) ? `+55${digits}` : null;
}

/** CPF or CNPJ in its usual dress; anything else as it is. */
export function showDocument(text: string): string {
  const plain = text.replace(/[^0-9A-Za-z]/g, "").toUpperCase();
  if (/^\d{11}$/.test(plain)) return plain.replace(/^(.{3})(.{3})(.{3})(.{2})$/, "$1.$2.$3-$4");
  if (/^[0-9A-Z]{12}\d{2}$/.test(plain)) return plain.replace(/^(.{2})(.{3})(.{3})(.{4})(.{2})$/, "$1.$2.$3/$4-$5");
  return text;
}

/** What Brazil calls the document that these letters and digits are: eleven digits are a person's. */
export function documentName(text: string): string {
  return text.replace(/[^0-9A-Za-z]/g, "").length > 11 ? "CNPJ" : "CPF";
}
