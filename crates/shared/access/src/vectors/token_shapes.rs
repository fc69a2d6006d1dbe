//! Vectors of headers, spellings and signatures of tokens.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use josekit::jwk::KeyPair as _;
use josekit::jwk::alg::rsa::RsaKeyPair;
use openssl::hash::MessageDigest;
use openssl::pkey::PKey;
use openssl::sign::Signer;
use serde_json::{Value, json};

use super::inputs::{header, payload, token};
use super::keys::Keys;
use crate::fixtures::{access_header, claims, claims_with, encode};
use crate::jwt::verify::MAX_TOKEN_BYTES;

/// Returns all vectors.
pub fn all(keys: &Keys) -> Vec<Value> {
    let mut all = algorithms(keys);
    all.extend(hmacs(keys));
    all.extend(parameters(keys));
    all.extend(key_ids(keys));
    all.extend(types(keys));
    all.extend(ambiguous(keys));
    all.extend(shapes(keys));
    all.extend(signatures(keys));
    all.extend(spellings(keys));
    all
}

fn algorithms(keys: &Keys) -> Vec<Value> {
    let mut all = Vec::new();
    for alg in [
        "none", "nOnE", "HS256", "RS384", "RS512", "PS256", "ES256", "EdDSA", "rs256", "RS256 ",
        "RS256\0", "", "RSA-OAEP", "dir",
    ] {
        let text = json!({ "alg": alg, "typ": "at+jwt", "kid": "one" }).to_string();
        all.push(header(keys, &format!("algorithm {alg:?}"), &text));
        let unsigned = format!("{}.{}.", encode(&text), encode(&claims().to_string()));
        all.push(token(
            &format!("unsigned with algorithm {alg:?}"),
            &unsigned,
        ));
    }
    for text in [
        r#"{"typ":"at+jwt","kid":"one"}"#,
        r#"{"alg":null,"typ":"at+jwt","kid":"one"}"#,
        r#"{"alg":["RS256"],"typ":"at+jwt","kid":"one"}"#,
        r#"{"alg":{"RS256":1},"typ":"at+jwt","kid":"one"}"#,
        r#"{"ALG":"RS256","typ":"at+jwt","kid":"one"}"#,
    ] {
        all.push(header(keys, &format!("algorithm in {text}"), text));
    }
    all
}

/// The public key as the secret of an HMAC.
fn hmacs(keys: &Keys) -> Vec<Value> {
    let modulus = keys.one.public["n"].as_str().unwrap();
    let secrets = [
        (
            "pem",
            RsaKeyPair::from_jwk(&keys.one.private)
                .unwrap()
                .to_pem_public_key(),
        ),
        ("modulus", URL_SAFE_NO_PAD.decode(modulus).unwrap()),
        ("jwk", keys.one.public.to_string().into_bytes()),
        ("zero", b"\0".to_vec()),
    ];
    let mut all = Vec::new();
    for (name, secret) in secrets {
        for alg in ["HS256", "RS256"] {
            let header = json!({ "alg": alg, "typ": "at+jwt", "kid": "one" }).to_string();
            let signed = format!("{}.{}", encode(&header), encode(&claims().to_string()));
            let key = PKey::hmac(&secret).unwrap();
            let mut mac = Signer::new(MessageDigest::sha256(), &key).unwrap();
            let signature = mac.sign_oneshot_to_vec(signed.as_bytes()).unwrap();
            let text = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature));
            all.push(token(
                &format!("HMAC with the public key, {name}, as {alg}"),
                &text,
            ));
        }
    }
    all
}

fn parameters(keys: &Keys) -> Vec<Value> {
    let more = [
        json!({ "jku": "https://evil.example/jwks" }),
        json!({ "x5u": "https://evil.example/cert" }),
        json!({ "x5c": ["MIIB"] }),
        json!({ "x5t": "AA" }),
        json!({ "x5t#S256": "AA" }),
        json!({ "jwk": keys.two.public }),
        json!({ "jwk": null }),
        json!({ "crit": ["exp"], "exp": 1 }),
        json!({ "crit": [] }),
        json!({ "crit": ["b64"], "b64": false }),
        json!({ "b64": false }),
        json!({ "b64": true }),
        json!({ "zip": "DEF" }),
        json!({ "enc": "A256GCM" }),
        json!({ "epk": {} }),
        json!({ "apu": "AA" }),
        json!({ "apv": "AA" }),
        json!({ "p2s": "AA", "p2c": 2_000_000_000 }),
        json!({ "cty": "JWT", "unknown": [1] }),
    ];
    let vector = |more: &Value| {
        let mut text = json!({ "alg": "RS256", "typ": "at+jwt", "kid": "one" });
        let members = more.as_object().unwrap();
        text.as_object_mut().unwrap().extend(members.clone());
        let names: Vec<&str> = members.keys().map(String::as_str).collect();
        let name = format!(
            "header with {} {}",
            names.join(" and "),
            more.to_string().len()
        );
        header(keys, &name, &text.to_string())
    };
    more.iter().map(vector).collect()
}

fn key_ids(keys: &Keys) -> Vec<Value> {
    let long = "k".repeat(5000);
    let mut all: Vec<Value> = [
        "three",
        "ONE",
        "two",
        "../../one",
        "/dev/null",
        "one' OR '1'='1",
        "https://evil.example/one",
        "one;id",
        "one\0",
        &long,
    ]
    .into_iter()
    .map(|kid| {
        let shown: String = kid.chars().take(30).collect();
        header(keys, &format!("key ID {shown:?}"), &access_header(kid))
    })
    .collect();
    for text in [
        r#"{"alg":"RS256","typ":"at+jwt"}"#,
        r#"{"alg":"RS256","typ":"at+jwt","kid":""}"#,
        r#"{"alg":"RS256","typ":"at+jwt","kid":null}"#,
        r#"{"alg":"RS256","typ":"at+jwt","kid":1}"#,
        r#"{"alg":"RS256","typ":"at+jwt","kid":["one"]}"#,
    ] {
        all.push(header(keys, &format!("key ID in {text}"), text));
    }
    let other = keys.two.sign(&access_header("one"), &claims().to_string());
    all.push(token("signed with another key than the named one", &other));
    let second = keys.two.access_token(&claims());
    all.push(token("signed with the second key", &second));
    let mut alone = token("a key that the set does not hold", &second);
    alone["jwks"] = json!("one");
    all.push(alone);
    let mut none = token("an empty key set", &keys.one.access_token(&claims()));
    none["jwks"] = json!("none");
    all.push(none);
    all
}

fn types(keys: &Keys) -> Vec<Value> {
    let mut all = Vec::new();
    for typ in [
        json!("at+jwt"),
        json!("AT+JWT"),
        json!("application/at+jwt"),
        json!("Application/AT+jwt"),
        json!("application/application/at+jwt"),
        json!("at+jwt "),
        json!("JWT"),
        json!("jwt"),
        json!("application/jwt"),
        json!(""),
        json!("application/"),
        json!("logout+jwt"),
        json!("client-authentication+jwt"),
        json!("token-introspection+jwt"),
        json!("dpop+jwt"),
        json!("oauth-authz-req+jwt"),
        json!("at+\u{212a}wt"),
        json!(1),
        json!(["at+jwt"]),
        json!(null),
    ] {
        let text = json!({ "alg": "RS256", "kid": "one", "typ": typ }).to_string();
        all.push(header(keys, &format!("type {typ}"), &text));
        let mut plain = header(keys, &format!("type {typ}, JWT is accepted"), &text);
        plain["settings"]["plain_jwt"] = json!(true);
        all.push(plain);
    }
    let absent = r#"{"alg":"RS256","kid":"one"}"#;
    all.push(header(keys, "no type", absent));
    let mut plain = header(keys, "no type, JWT is accepted", absent);
    plain["settings"]["plain_jwt"] = json!(true);
    all.push(plain);
    all
}

fn ambiguous(keys: &Keys) -> Vec<Value> {
    let headers = [
        r#"{"alg":"none","alg":"RS256","typ":"at+jwt","kid":"one"}"#,
        r#"{"alg":"RS256","\u0061lg":"RS256","typ":"at+jwt","kid":"one"}"#,
        r#"{"alg":"RS256","typ":"JWT","typ":"at+jwt","kid":"one"}"#,
        r#"{"alg":"RS256","typ":"at+jwt","kid":"two","kid":"one"}"#,
        r#"{"alg":"RS256","typ":"at+jwt","kid":"one","x":{"a":1,"a":2}}"#,
        r#"["RS256"]"#,
        r#""RS256""#,
        "null",
        "{\"alg\":\"RS256\",\"typ\":\"at+jwt\",\"kid\":\"one\"} ,",
        "{\"alg\":\"RS256\",\"typ\":\"at+jwt\",\"kid\":\"one\"}{}",
        " {\"alg\":\"RS256\",\n\"typ\":\"at+jwt\",\t\"kid\":\"one\"} ",
        "\u{feff}{\"alg\":\"RS256\",\"typ\":\"at+jwt\",\"kid\":\"one\"}",
        "{'alg':'RS256','typ':'at+jwt','kid':'one'}",
        r#"{"alg":"RS256","typ":"at+jwt","kid":"one",}"#,
    ];
    let mut all: Vec<Value> = headers
        .iter()
        .map(|text| header(keys, &format!("header {text:?}"), text))
        .collect();
    for start in [
        r#"{"sub":"admin","#,
        r#"{"exp":9999999999,"#,
        r#"{"x":{"a":1,"a":2},"#,
        r#"{"x":[{"a":1,"a":2}],"#,
        r#"{"x":1e999,"#,
        r#"{"x":-1e999,"#,
        r#"{"x":NaN,"#,
        r#"{"x":Infinity,"#,
        r#"{"x":-Infinity,"#,
        r#"{"x":01,"#,
        r#"{"x":+1,"#,
        r#"{"x":1.,"#,
        r#"{"x":.5,"#,
        r#"{"x":0x10,"#,
        r#"{"x":"\ud800","#,
        r#"{"x":"\udc00\ud800","#,
        r#"{"\ud800":1,"#,
        "{\"x\":\"\t\",",
        "{\"x\":\"\u{0}\",",
        r#"{"x":"\u0000","#,
        r#"{"x":"\ud83d\ude00","#,
        r#"{"x":"\x41","#,
        r#"{"x":'a',"#,
        r#"{/* */"x":1,"#,
        r#"{"x":-0,"#,
        r#"{"x":123456789012345678901234567890,"#,
        r#"{"x":1E+2,"#,
        r#"{"x":undefined,"#,
        r#"{"x":True,"#,
    ] {
        let text = format!("{start}{}", &claims().to_string()[1..]);
        all.push(payload(
            keys,
            &format!("payload that starts with {start:?}"),
            &text,
        ));
    }
    for text in ["[]", "\"alice\"", "null", "not json", " ", "{}", "1"] {
        all.push(payload(keys, &format!("payload {text:?}"), text));
    }
    for depth in [30, 31, 32, 3000] {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let inner = if open == "[" { "" } else { "1" };
            let deep = format!("{}{inner}{}", open.repeat(depth), close.repeat(depth));
            let text = format!(r#"{{"x":{deep},{}"#, &claims().to_string()[1..]);
            let kind = if open == "[" { "lists" } else { "objects" };
            all.push(payload(keys, &format!("{depth} levels of {kind}"), &text));
        }
    }
    all
}

fn shapes(keys: &Keys) -> Vec<Value> {
    let good = keys.one.access_token(&claims());
    let mut parts = good.split('.');
    let mut part = || parts.next().unwrap();
    let (h, p, s) = (part(), part(), part());
    let mut all: Vec<Value> = [
        "{h}.{p}.{s}",
        "",
        ".",
        "..",
        "{h}.{p}",
        "{h}.{p}.",
        ".{p}.{s}",
        "{h}..{s}",
        "{h}.{p}.{s}.",
        "{h}.{p}.{s}.{s}",
        "{h}.{p}.{s}.{s}.{s}",
        ".{h}.{p}.{s}",
        " {h}.{p}.{s}",
        "{h}.{p}.{s} ",
        "{h}.{p}.{s}\n",
        "{h}.\n{p}.{s}",
        "{h}.{p}.{s}\0",
        "{h}.{p}.{s}==",
        "{h}=.{p}.{s}",
        "{h}.{p}.{s}AAAA",
        "{h}.{p}.{s}A",
        "{p}.{h}.{s}",
        "{h}.{p}{p}.{s}",
        "Bearer {h}.{p}.{s}",
        r#"{"protected":"{h}","payload":"{p}","signature":"{s}"}"#,
        "\"{h}.{p}.{s}\"",
        "{h}%2E{p}%2E{s}",
        "{h}.{p}.{s}\u{e4}",
        "{h}.{p}.{s}+",
        "{h}.{p}.{s}/",
    ]
    .into_iter()
    .map(|shape| {
        let text = shape.replace("{h}", h).replace("{p}", p).replace("{s}", s);
        token(&format!("shape {shape:?}"), &text)
    })
    .collect();
    let empty = keys
        .one
        .access_token(&claims_with(&json!({ "x": "" })))
        .len();
    for (name, more) in [
        ("the maximum", 0),
        ("one byte more", 1),
        ("far too much", 30_000),
    ] {
        // Base64 writes three bytes as four characters.
        let size = (MAX_TOKEN_BYTES - empty) / 4 * 3 + more * 3;
        let long = keys
            .one
            .access_token(&claims_with(&json!({ "x": "a".repeat(size) })));
        all.push(token(&format!("length of {name}"), &long));
    }
    all
}

fn signatures(keys: &Keys) -> Vec<Value> {
    let good = keys.one.access_token(&claims());
    let (signed, signature) = good.rsplit_once('.').unwrap();
    let own = URL_SAFE_NO_PAD.decode(signature).unwrap();
    let mut one = vec![0; own.len()];
    one[own.len() - 1] = 1;
    let mut flipped = own.clone();
    flipped[0] ^= 1;
    let forged = [
        ("zeros", vec![0; own.len()]),
        ("ones", vec![255; own.len()]),
        ("one", one),
        ("flipped", flipped),
        ("shorter", own[1..].to_vec()),
        ("cut", own[..own.len() - 1].to_vec()),
        ("leading zero", [vec![0], own.clone()].concat()),
        ("trailing zero", [own.clone(), vec![0]].concat()),
        ("doubled", [own.clone(), own.clone()].concat()),
        ("reversed", own.iter().rev().copied().collect()),
    ];
    let mut all: Vec<Value> = forged
        .iter()
        .map(|(name, bytes)| {
            let text = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(bytes));
            token(&format!("signature {name}"), &text)
        })
        .collect();
    let (header, _) = signed.split_once('.').unwrap();
    let other = encode(&claims_with(&json!({ "sub": "admin" })).to_string());
    all.push(token(
        "signature of another token",
        &format!("{header}.{other}.{signature}"),
    ));
    all
}

/// Signed by the issuer, but not in canonical base64url.
fn spellings(keys: &Keys) -> Vec<Value> {
    let [header, payload] = [access_header("one"), claims().to_string()].map(|text| encode(&text));
    let mut all = Vec::new();
    for suffix in ["=", " ", "\r\n", "!", "A"] {
        let first = keys.one.sign_parts(&format!("{header}{suffix}"), &payload);
        all.push(token(&format!("signed header with {suffix:?}"), &first));
        let second = keys.one.sign_parts(&header, &format!("{payload}{suffix}"));
        all.push(token(&format!("signed payload with {suffix:?}"), &second));
    }
    let good = keys.one.access_token(&claims());
    let (start, last) = good.split_at(good.len() - 1);
    for char in ["A", "B", "g", "w", "Q", "_"] {
        if char != last {
            all.push(token(
                &format!("last character {char}"),
                &format!("{start}{char}"),
            ));
        }
    }
    all
}
