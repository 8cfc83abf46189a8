// Ids that sort by time (ULID), for requests that may be repeated.
const DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

export function ulid(now = Date.now()) {
  let time = "";
  for (let rest = now, place = 0; place < 10; place += 1) {
    time = DIGITS[rest % 32] + time;
    rest = Math.floor(rest / 32);
  }
  const random = crypto.getRandomValues(new Uint8Array(16));
  return time + Array.from(random, (byte) => DIGITS[byte % 32]).join("");
}

export const isULID = (text) => /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/i.test(text);
