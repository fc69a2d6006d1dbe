//! Vectors of revocations: events that a service receives, and tokens that it then accepts or rejects.

use serde_json::{Value, json};

use super::keys::Keys;
use crate::fixtures::{AUDIENCE, ISSUER, NOW, access_header, claims_with};

/// Client ID of the service.
const RECEIVER: &str = "tasks-api";
const CAEP: &str = "https://schemas.openid.net/secevent/caep/event-type/";
const RISC: &str = "https://schemas.openid.net/secevent/risc/event-type/";

fn user() -> Value {
    json!({ "format": "iss_sub", "iss": ISSUER, "sub": "alice" })
}

fn complex(member: &str, id: &str) -> Value {
    json!({ "format": "complex", member: { "format": "opaque", "id": id } })
}

/// Steps of a service that begins with nothing.
struct Steps<'a> {
    keys: &'a Keys,
    name: String,
    all: Vec<Value>,
}

impl<'a> Steps<'a> {
    fn new(keys: &'a Keys, name: &str) -> Self {
        Self {
            keys,
            name: format!("signals: {name}"),
            all: Vec::new(),
        }
    }

    /// Receives an event about a subject, with these members.
    fn event(self, event: &str, subject: &Value, members: &Value) -> Self {
        let name = if event.contains(':') {
            event.to_owned()
        } else if [
            "account-disabled",
            "account-enabled",
            "account-purged",
            "sessions-revoked",
        ]
        .contains(&event)
        {
            format!("{RISC}{event}")
        } else {
            format!("{CAEP}{event}")
        };
        let mut members = members.clone();
        if members.get("event_timestamp").is_none() {
            members["event_timestamp"] = json!(NOW);
        }
        self.set(&json!({ "sub_id": subject, "events": { name: members } }))
    }

    fn revoke(self, subject: &Value) -> Self {
        self.event("session-revoked", subject, &json!({}))
    }

    /// Receives an event with replaced claims; `null` removes one.
    fn set(self, changes: &Value) -> Self {
        self.set_as(&json!({}), changes)
    }

    fn set_as(mut self, header: &Value, changes: &Value) -> Self {
        let mut all = json!({
            "iss": ISSUER, "aud": RECEIVER, "iat": NOW, "jti": "e1", "sub_id": user(),
            "events": { format!("{CAEP}session-revoked"): { "event_timestamp": NOW } },
        });
        replace(&mut all, changes);
        let mut head = json!({ "alg": "RS256", "typ": "secevent+jwt", "kid": "one" });
        replace(&mut head, header);
        let set = self.keys.one.sign(&head.to_string(), &all.to_string());
        self.all.push(json!({ "now": NOW, "set": set }));
        self
    }

    fn raw_set(mut self, set: &str) -> Self {
        self.all.push(json!({ "now": NOW, "set": set }));
        self
    }

    /// Uses a token that was issued so many seconds after the event.
    fn token(self, after: i64, changes: &Value) -> Self {
        self.token_at(NOW + after.max(0), after, changes)
    }

    fn token_at(mut self, now: i64, after: i64, changes: &Value) -> Self {
        let mut all = json!({
            "iat": NOW + after, "exp": NOW + after + 300, "org": "acme", "groups": ["staff"],
        });
        replace(&mut all, changes);
        let claims = claims_with(&all).to_string();
        let token = self.keys.one.sign(&access_header("one"), &claims);
        self.all.push(json!({ "now": now, "token": token }));
        self
    }

    /// Uses tokens of the second before the event, of the same, and of the next one.
    fn around(self) -> Self {
        let same = json!({});
        self.token(-1, &same).token(0, &same).token(1, &same)
    }

    fn end(self) -> Value {
        json!({
            "kind": "signals", "name": self.name, "jwks": "both",
            "settings": {
                "issuer": ISSUER, "audience": AUDIENCE, "receiver": RECEIVER, "longest_life": 300,
            },
            "steps": self.all,
        })
    }
}

fn replace(object: &mut Value, changes: &Value) {
    for (name, value) in changes.as_object().unwrap() {
        object[name] = value.clone();
        if value.is_null() {
            object.as_object_mut().unwrap().remove(name);
        }
    }
}

pub fn all(keys: &Keys) -> Vec<Value> {
    let steps = |name: &str| Steps::new(keys, name);
    let mut all = vec![steps("without an event").around().end()];
    all.extend(subjects(&steps));
    all.extend(events(&steps));
    all.extend(claims_changes(&steps));
    all.extend(orders(&steps));
    all.extend(rejected(keys, &steps));
    all
}

fn subjects<'a>(steps: &dyn Fn(&str) -> Steps<'a>) -> Vec<Value> {
    let session = json!({
        "format": "complex", "user": user(), "session": { "format": "opaque", "id": "s1" },
    });
    let grant = json!({
        "format": "complex", "user": user(),
        "application": { "format": "opaque", "id": "tasks-web" },
    });
    let all = json!({ "format": "uri", "uri": ISSUER });
    let mut found = Vec::new();
    for (name, subject, other) in [
        ("a user", user(), json!({ "sub": "bob" })),
        (
            "a user alone",
            json!({ "format": "complex", "user": user() }),
            json!({ "sub": "bob" }),
        ),
        ("a session", session, json!({ "sid": "s2" })),
        (
            "a session alone",
            complex("session", "s1"),
            json!({ "sid": null }),
        ),
        ("a grant", grant.clone(), json!({ "client_id": "other" })),
        ("a grant of another user", grant, json!({ "sub": "bob" })),
        (
            "a client",
            complex("application", "tasks-web"),
            json!({ "client_id": "other" }),
        ),
        (
            "an organization",
            complex("tenant", "acme"),
            json!({ "org": "other" }),
        ),
        (
            "no organization",
            complex("tenant", "acme"),
            json!({ "org": null }),
        ),
        (
            "a role",
            complex("group", "role:developer"),
            json!({ "roles": ["staff"] }),
        ),
        (
            "a group",
            complex("group", "group:staff"),
            json!({ "groups": ["developer"] }),
        ),
        (
            "a permission",
            complex("group", "permission:tasks:write"),
            json!({ "entitlements": ["tasks:read"] }),
        ),
        ("everything", all, json!({ "sub": "bob" })),
    ] {
        let of = steps(&format!("revoked {name}")).revoke(&subject).around();
        found.push(of.token(0, &other).end());
    }
    found
}

fn events<'a>(steps: &dyn Fn(&str) -> Steps<'a>) -> Vec<Value> {
    let mut found = Vec::new();
    for event in ["account-disabled", "account-purged", "sessions-revoked"] {
        found.push(
            steps(event)
                .event(event, &user(), &json!({}))
                .around()
                .end(),
        );
    }
    for event in [
        "account-enabled",
        "credential-change",
        "assurance-level-change",
        "https://schemas.openid.net/secevent/ssf/event-type/verification",
        "https://schemas.openid.net/secevent/ssf/event-type/stream-updated",
        "https://example.org/event:other",
    ] {
        let of = steps(&format!("no effect of {event}"));
        found.push(
            of.event(event, &user(), &json!({}))
                .token(0, &json!({}))
                .end(),
        );
    }
    let foreign = json!({ "format": "iss_sub", "iss": "https://other.example", "sub": "alice" });
    let of = steps("a user of another issuer").revoke(&foreign);
    found.push(of.token(0, &json!({})).end());
    found
}

fn claims_changes<'a>(steps: &dyn Fn(&str) -> Steps<'a>) -> Vec<Value> {
    let change = "token-claims-change";
    let kept = json!({ "claims": {
        "roles": ["developer"], "groups": ["staff"], "entitlements": ["tasks:read", "tasks:write"],
    }});
    let less = json!({ "claims": { "roles": [], "groups": ["staff"] } });
    let none = json!({ "roles": null, "groups": null, "entitlements": null });
    let role = complex("group", "role:developer");
    vec![
        steps("changed claims that the token has")
            .event(change, &user(), &kept)
            .around()
            .token(0, &json!({ "roles": ["developer", "manager"] }))
            .end(),
        steps("changed claims that the token exceeds")
            .event(change, &user(), &less)
            .around()
            .token(0, &none)
            .end(),
        steps("changed claims and an ended session in one second")
            .event(change, &user(), &kept)
            .revoke(&user())
            .around()
            .end(),
        steps("two changes of claims in one second")
            .event(change, &user(), &kept)
            .event(change, &user(), &less)
            .around()
            .token(0, &none)
            .end(),
        steps("changed role")
            .event(change, &role, &json!({ "claims": { "entitlements": [] } }))
            .around()
            .token(0, &json!({ "roles": ["other"] }))
            .end(),
    ]
}

fn orders<'a>(steps: &dyn Fn(&str) -> Steps<'a>) -> Vec<Value> {
    let at = |at: i64| json!({ "event_timestamp": NOW + at });
    vec![
        steps("an older event after a newer one")
            .event("session-revoked", &user(), &at(0))
            .event("session-revoked", &user(), &at(-10))
            .around()
            .end(),
        steps("a newer event after an older one")
            .event("session-revoked", &user(), &at(-10))
            .event("sessions-revoked", &user(), &at(0))
            .around()
            .end(),
        steps("the same event twice")
            .revoke(&user())
            .revoke(&user())
            .around()
            .end(),
        steps("a part of a second")
            .event(
                "session-revoked",
                &user(),
                &json!({ "event_timestamp": 1_799_999_999.5 }),
            )
            .around()
            .end(),
        steps("the time of the token without that of the event")
            .set(&json!({ "events": { format!("{CAEP}session-revoked"): {} } }))
            .around()
            .end(),
        steps("a token older than what is remembered")
            .token_at(NOW + 360, 0, &json!({ "exp": NOW + 900 }))
            .token_at(NOW + 361, 0, &json!({ "exp": NOW + 900 }))
            .end(),
    ]
}

fn rejected<'a>(keys: &Keys, steps: &dyn Fn(&str) -> Steps<'a>) -> Vec<Value> {
    let mut found = Vec::new();
    let nothing = json!({});
    for (name, changes) in [
        ("another issuer", json!({ "iss": "https://other.example" })),
        ("no issuer", json!({ "iss": null })),
        ("another receiver", json!({ "aud": "other" })),
        ("several receivers", json!({ "aud": ["other", RECEIVER] })),
        ("a subject of tokens", json!({ "sub": "alice" })),
        ("an expiry", json!({ "exp": NOW + 60 })),
        ("no identifier", json!({ "jti": null })),
        ("no time", json!({ "iat": null })),
        ("an old time", json!({ "iat": 1 })),
        ("no event", json!({ "events": {} })),
        ("two events", json!({ "events": { "a": {}, "b": {} } })),
        ("an event that is a text", json!({ "events": { "a": "b" } })),
        ("no subject", json!({ "sub_id": null })),
        (
            "an address as subject",
            json!({ "sub_id": { "format": "email", "email": "a@b.example" } }),
        ),
        (
            "a subject without a value",
            json!({ "sub_id": { "format": "iss_sub", "iss": ISSUER } }),
        ),
        (
            "a device",
            json!({ "sub_id": {
                "format": "complex", "user": user(), "device": { "format": "opaque", "id": "d1" },
            }}),
        ),
        (
            "a group without a kind",
            json!({ "sub_id": complex("group", "developer") }),
        ),
        (
            "another URL",
            json!({ "sub_id": { "format": "uri", "uri": "https://other.example" } }),
        ),
        (
            "a time that is a text",
            json!({
                "events": { format!("{CAEP}session-revoked"): { "event_timestamp": "now" } },
            }),
        ),
        (
            "changed claims without them",
            json!({
                "events": { format!("{CAEP}token-claims-change"): { "event_timestamp": NOW } },
            }),
        ),
        (
            "changed claims that are a text",
            json!({
                "events": { format!("{CAEP}token-claims-change"): { "claims": { "roles": "admin" } } },
            }),
        ),
    ] {
        let of = steps(&format!("with {name}")).set(&changes);
        found.push(of.token(0, &nothing).end());
    }
    for (name, header) in [
        ("the type of access tokens", json!({ "typ": "at+jwt" })),
        ("no type", json!({ "typ": null })),
        (
            "the long type",
            json!({ "typ": "application/secevent+jwt" }),
        ),
        ("an unknown key", json!({ "kid": "three" })),
        ("the name of another key", json!({ "kid": "two" })),
    ] {
        let of = steps(&format!("with {name}")).set_as(&header, &nothing);
        found.push(of.token(0, &nothing).end());
    }
    let access = keys.one.access_token(&claims_with(&nothing));
    let of = steps("an access token as event").raw_set(&access);
    found.push(of.token(0, &nothing).end());
    found.push(steps("no token as event").raw_set("e.e").end());
    found
}
