// Decision 105.
let stop, Key = self.PublicKeyCredential;
let each = (css, fn) => document.querySelectorAll(css).forEach(fn);
let base64 = it => it?.byteLength ? btoa(String.fromCharCode(...new Uint8Array(it))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "") : undefined;
// The JSON of a credential (WebAuthn L3 §5.1), also of password managers without a usable toJSON.
let json = key => {
  try {
    let text = JSON.stringify(key);
    if (/"clientDataJSON":"/.test(text)) return text;
  } catch (e) {
    console.debug(e);
  }
  let { id, rawId, type, response } = key, parts = {};
  for (let part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) parts[part] = base64(response[part]);
  if (!parts.clientDataJSON) throw new TypeError("the credential has no response");
  return JSON.stringify({ id, rawId: base64(rawId) ?? id, type, response: parts, clientExtensionResults: {} });
};
each("[data-passkey]", b => {
  let { passkey: how, options, failed, known } = b.dataset, parse = Key?.[`parse${how == "create" ? "Creation" : "Request"}OptionsFromJSON`], shown;
  if (!parse) return;
  let ask = async mediation => {
    stop?.abort();
    stop = new AbortController();
    shown?.remove();
    let key;
    try {
      key = await navigator.credentials[how]({ publicKey: parse(JSON.parse(options)), mediation, signal: stop.signal });
      b.form.credential.value = json(key);
      b.form.requestSubmit(b);
    } catch (e) {
      // Neither a cancel nor autofill that is not used needs a text.
      if (/^(Abort|NotAllowed)Error$/.test(e?.name) || mediation && !key) return console.debug(e);
      console.warn(e);
      shown = document.createElement("p");
      shown.className = "notice bad";
      shown.setAttribute("role", "alert");
      shown.textContent = e?.name == "InvalidStateError" && known || failed;
      b.before(shown);
    }
  };
  b.hidden = 0;
  b.onclick = e => { e.preventDefault(); ask(); };
  if ("auto" in b.dataset) ask("conditional");
});
each("[data-signal]", p => Object.entries(JSON.parse(p.dataset.signal)).map(([to, it]) => Key?.[to]?.(it)));
