// Written by .ci/console from Site/console/oidc.js: change that file, and run the script.
// swift-format-ignore-file

extension EmbeddedFile {
    static let consoleOidcJs = EmbeddedFile("oidc.js", #"""
// Sign-in at an OpenID Connect issuer: authorization code with PKCE (RFC 7636). What is kept on the way is a random verifier and a state, in
// this tab; tokens are in memory alone.
import { RequestError } from "./socketio.js";

const KEPT = "gatehouse.oidc";
const LONGEST_WAY = 600_000;

let issuer = null;
let refresh = null;

const base64url = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));
const redirectAddress = () => `${location.origin}/console/`;

/** Without a secure origin the browser has no SHA-256. */
export const isPossible = (oidc) => Boolean(oidc?.issuer && globalThis.crypto?.subtle);

async function discover({ issuer: address }) {
  const answer = await fetch(`${address}/.well-known/openid-configuration`, { cache: "no-store", credentials: "omit" });
  if (!answer.ok) throw new RequestError("oidc_issuer", `${address} answers ${answer.status}`);
  const about = await answer.json();
  if (String(about.issuer).replace(/\/$/, "") !== address) throw new RequestError("oidc_issuer", "The issuer gives itself another name");
  const origin = new URL(address).origin;
  for (const name of ["authorization_endpoint", "token_endpoint"]) {
    if (new URL(about[name]).origin !== origin) throw new RequestError("oidc_issuer", `${name} has another origin than the issuer`);
  }
  return about;
}

/** Leaves this page for the issuer's. */
export async function begin(oidc) {
  const about = await discover(oidc);
  const [state, verifier] = [random(), random()];
  sessionStorage.setItem(KEPT, JSON.stringify({ state, verifier, at: Date.now() }));
  const address = new URL(about.authorization_endpoint);
  const challenge = base64url(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier)));
  for (const [name, value] of Object.entries({
    response_type: "code", client_id: oidc.client, redirect_uri: redirectAddress(), scope: "openid", state, code_challenge: challenge, code_challenge_method: "S256",
  })) address.searchParams.set(name, value);
  location.assign(address);
}

/** The token of a sign-in that this page comes back from; null where it comes from none. The address is cleared at once. */
export async function finish(oidc) {
  const query = new URLSearchParams(location.search);
  if (!query.has("state") || !(query.has("code") || query.has("error"))) return null;
  history.replaceState(null, "", location.pathname + location.hash);
  let begun = null;
  try { begun = JSON.parse(sessionStorage.getItem(KEPT) ?? "null"); } catch { /* none */ }
  sessionStorage.removeItem(KEPT);
  if (!isPossible(oidc) || !begun || begun.state !== query.get("state") || Date.now() - begun.at > LONGEST_WAY) {
    throw new RequestError("oidc_state", "This page did not ask for this sign-in, or too long ago");
  }
  if (query.has("iss") && query.get("iss").replace(/\/$/, "") !== oidc.issuer) throw new RequestError("oidc_state", "Another issuer answers");
  if (query.has("error")) throw new RequestError("oidc_refused", `${query.get("error")} ${query.get("error_description") ?? ""}`.trim());
  issuer = oidc;
  return exchange({ grant_type: "authorization_code", code: query.get("code"), redirect_uri: redirectAddress(), code_verifier: begun.verifier });
}

async function exchange(fields) {
  const about = await discover(issuer);
  const answer = await fetch(about.token_endpoint, {
    method: "POST", credentials: "omit", cache: "no-store", body: new URLSearchParams({ ...fields, client_id: issuer.client }),
  });
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok || typeof body.access_token !== "string") throw new RequestError("oidc_refused", `${body.error ?? answer.status} ${body.error_description ?? ""}`.trim());
  refresh = typeof body.refresh_token === "string" ? body.refresh_token : null;
  return body.access_token;
}

export const canRenew = () => issuer !== null && refresh !== null;

/** A newer token of the same person. */
export const renewed = () => exchange({ grant_type: "refresh_token", refresh_token: refresh });

export function forgetIssuer() {
  issuer = null;
  refresh = null;
}

"""#)
}
