// Without this file, all works but passkeys.
let on = addEventListener;
let each = (css, fn) => document.querySelectorAll(css).forEach(fn);
let make = is => Object.assign(document.createElement("button"), is, { type: "button" });
// Shows a password.
each("[data-show]", input => {
  let b = make(), { show, hide, showLabel, hideLabel } = input.dataset;
  let set = shown => {
    input.type = shown ? "text" : "password";
    b.textContent = shown ? hide : show;
    b.ariaLabel = shown ? hideLabel : showLabel;
  };
  b.setAttribute("aria-controls", input.id);
  b.onclick = () => set(input.type == "password");
  input.form.addEventListener("submit", () => set());
  set();
  input.after(b);
});
// Copy and print.
each("[data-copy]", from => {
  let clip = navigator.clipboard, { copy, copied } = from.dataset;
  let b = make({ className: "link", textContent: copy, ariaLive: "polite" });
  b.onclick = async () => {
    await clip.writeText(from.textContent.trim());
    b.textContent = copied;
  };
  if (clip) from.after(" ", b);
});
each("[data-print]", p => { p.hidden = 0; p.onclick = () => print(); });
// Local times.
each("main time", time => {
  let how = time.dataset.at ?? "medium", at = (dateStyle, timeStyle) => new Date(time.dateTime).toLocaleString(document.documentElement.lang, { dateStyle, timeStyle });
  time.title = at("full", "long");
  if (how) time.textContent = at(...how.split(" "));
});
// Blocks double submits.
each("form", form => form.addEventListener("submit", e => {
  let d = form.dataset, b = e.submitter;
  if (b?.hidden || b?.formTarget) return;
  if (d.sent) e.preventDefault();
  d.sent = 1;
  setTimeout(() => delete d.sent, 8e3);
}));
// Reloads sent forms.
on("pageshow", e => e.persisted && each("[data-sent]", () => location.replace(location)));
// Closes menus.
let menus = ".menu[open],.fold[open]";
on("click", e => each(menus, m => m.open = m.contains(e.target)));
on("keydown", e => e.key == "Escape" && each(menus, m => {
  m.open = 0;
  m.firstChild.focus();
}));
// Passkeys.
let stop, Key = self.PublicKeyCredential;
let base64 = it => it?.byteLength ? btoa(String.fromCharCode(...new Uint8Array(it))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "") : null;
// The JSON of a credential (WebAuthn §5.1), also of password managers without a usable toJSON.
let plain = key => {
  try {
    let json = key.toJSON();
    if (typeof json.response.clientDataJSON == "string") return json;
  } catch (e) {
    console.debug(e);
  }
  let { id, rawId, type, response } = key, parts = {};
  for (let part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    let bytes = base64(response[part]);
    if (bytes) parts[part] = bytes;
  }
  return { id, rawId: base64(rawId) ?? id, type, response: parts, clientExtensionResults: {} };
};
each("[data-passkey]", b => {
  let how = b.dataset.passkey, parse = Key?.[`parse${how == "create" ? "Creation" : "Request"}OptionsFromJSON`], text;
  if (!parse) return;
  let ask = async mediation => {
    stop?.abort();
    stop = new AbortController();
    text?.remove();
    let key;
    try {
      let publicKey = parse(JSON.parse(b.dataset.options));
      key = await navigator.credentials[how]({ publicKey, mediation, signal: stop.signal });
      b.form.credential.value = JSON.stringify(plain(key));
      b.form.requestSubmit(b);
    } catch (e) {
      // Only a cancel has no text, and autofill in browsers that lack it.
      if (["AbortError", "NotAllowedError"].includes(e?.name) || mediation && !key) return console.debug(e);
      console.warn(e);
      text = Object.assign(document.createElement("p"), { className: "notice bad", textContent: e?.name == "InvalidStateError" && b.dataset.known || b.dataset.failed });
      text.setAttribute("role", "alert");
      b.before(text);
    }
  };
  b.hidden = 0;
  b.onclick = e => { e.preventDefault(); ask(); };
  if ("auto" in b.dataset) ask("conditional");
});
each("[data-signal]", p => Object.entries(JSON.parse(p.dataset.signal)).map(([to, it]) => Key?.[to]?.(it)));
// Focus without touch keyboard.
each("[data-focus]", f => (f.dataset.focus == "always" || matchMedia("(pointer:fine)").matches) && f.focus());
// Continues.
each("[data-onward]", a => on("load", () => a.click()));
each("[data-autosubmit]", form => form.submit());
