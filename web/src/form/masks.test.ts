import { describe, expect, test } from "vitest";

import { bare, dressed, fits, isCnpj, isCpf } from "./masks";

describe("the dress of what is typed", () => {
  test.each([
    ["cnpj", "12abc34501de35", "12.ABC.345/01DE-35"],
    ["cnpj", "11222333000181", "11.222.333/0001-81"],
    ["cnpj", "11222", "11.222"],
    ["cnpj", "112223330001ab81", "11.222.333/0001-81"],
    ["cpf", "52998224725", "529.982.247-25"],
    ["cpf", "529982", "529.982"],
    ["cpf", "5299822472599", "529.982.247-25"],
    ["phone", "11987654321", "(11) 98765-4321"],
    ["phone", "1130034410", "(11) 3003-4410"],
    ["phone", "+5511987654321", "(11) 98765-4321"],
    ["phone", "+14155550100", "+14155550100"],
    ["phone", "08007770000", "0800 777 0000"],
    ["phone", "11", "11"],
    ["money", "1234,5", "1.234,50"],
    ["money", "1234567.89", "1.234.567,89"],
    ["money", "R$ 10", "10,00"],
    ["money", "0007", "7,00"],
    ["money", "a lot", "a lot"],
  ] as const)("%s: %s → %s", (mask, typed, shown) => {
    expect(dressed(mask, typed)).toBe(shown);
  });

  test("a dress changes nothing that counts", () => {
    expect(bare("cnpj", "12.ABC.345/01DE-35")).toBe(bare("cnpj", "12abc34501de35"));
    expect(bare("cpf", "529.982.247-25")).toBe("52998224725");
  });
});

// The vectors of tests/pure/test_documents.py.
test.each(["12ABC34501DE35", "00000000E08G12", "8J1M0XYZ000119", "11222333000181", "00000000000191"])("%s is a CNPJ", (value) => {
  expect(isCnpj(value)).toBe(true);
});
test.each(["12ABC34501DE36", "12ABC34501DE3A", "00000000000000", "1122233300018", ""])("%s is no CNPJ", (value) => {
  expect(isCnpj(value)).toBe(false);
});
test("a CPF's check digits agree, and it isn't one digit all over", () => {
  expect(isCpf("529.982.247-25")).toBe(true);
  expect(isCpf("529.982.247-24")).toBe(false);
  expect(isCpf("111.111.111-11")).toBe(false);
});
test("phones need their area code, amounts their figures", () => {
  expect(fits("phone", "98765-4321")).toBe(false);
  expect(fits("phone", "(11) 98765-4321")).toBe(true);
  expect(fits("money", "1.234,50")).toBe(true);
  expect(fits("money", "ten")).toBe(false);
});
