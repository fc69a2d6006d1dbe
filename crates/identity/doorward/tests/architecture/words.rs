//! Checks that certain names occur only in the directories that may use them.

use crate::{root, shown, sources};

/// The crates of the identity server.
const IDENTITY: [&str; 23] = [
    "crates/features",
    "crates/identity/i18n/src",
    "crates/shared/config/src",
    "crates/shared/telemetry/src",
    "crates/shared/egress/src",
    "crates/identity/templates/src",
    "crates/identity/email/src",
    "crates/identity/services/src",
    "crates/identity/oauth/src",
    "crates/identity/accounts/src",
    "crates/identity/first-party/src",
    "crates/identity/admin/src",
    "crates/identity/import/src",
    "crates/identity/applications/src",
    "crates/shared/http-common/src",
    "crates/identity/web/src",
    "crates/identity/oauth-http/src",
    "crates/identity/pages/src",
    "crates/identity/account-api/src",
    "crates/identity/admin-api/src",
    "crates/identity/console-ui/src",
    "crates/identity/console/src",
    "crates/identity/identity-server/src",
];

/// A ban of words in these directories (relative to the root), except in `except`.
struct Ban {
    within: &'static [&'static [&'static str]],
    except: &'static [&'static str],
    words: &'static [&'static str],
    why: &'static str,
}

const BANS: [Ban; 15] = [
    Ban {
        within: &[&[
            "crates/features/saml/src",
            "crates/shared/saml-protocol/src",
        ]],
        except: &["crates/shared/saml-protocol/src/redirect.rs", "tests.rs"],
        // `key::VerificationKey` is for the signatures of queries.
        words: &["Verifier", "fn verify", "rsa_verify", "verify_oneshot"],
        why: "no code verifies signatures in XML (decision 154)",
    },
    Ban {
        within: &[IDENTITY.as_slice(), &["crates/identity/doorward/src"]],
        except: &[],
        // `redis::` is also a configuration section, and `sea_orm=` a name in the log filter.
        words: &[
            "sea_orm::",
            "use sea_orm",
            "use redis",
            "redis::Client",
            "redis::cmd",
            "sqlx::",
            "Statement::from_",
        ],
        why: "data is accessed through the store",
    },
    Ban {
        within: &[&[
            "crates/shared/protocol/src",
            "crates/shared/domain/src",
            "crates/shared/rules/src",
        ]],
        except: &[],
        words: &[
            "async fn",
            "async move",
            ".await",
            "std::env",
            "std::fs",
            "std::net::Tcp",
        ],
        why: "these crates are pure",
    },
    Ban {
        within: &[&[
            "crates/shared/protocol/src",
            "crates/shared/domain/src",
            "crates/shared/rules/src",
            "crates/shared/database/src",
            "crates/shared/store/src",
        ]],
        except: &[],
        words: &["actix_web", "StatusCode", "HttpResponse"],
        why: "HTTP belongs to the servers",
    },
    Ban {
        within: &[&["crates/shared/database/src", "crates/shared/store/src"]],
        except: &[],
        words: &["ErrorCode::", "OAuthError", "invalid_grant"],
        why: "the store returns data, never decisions",
    },
    Ban {
        within: &[
            IDENTITY.as_slice(),
            &[
                "crates/resource/resource-server/src",
                "crates/resource/tasks-database/src",
                "crates/resource/doorward-tasks/src",
                "crates/shared/process/src",
                "crates/identity/doorward/src",
            ],
        ],
        except: &[],
        words: &[
            "encode_with_signer",
            "RsassaJwsSigner",
            ".signer_from_",
            "decode_with_verifier",
        ],
        why: "signatures are made in domain/keys and verified in access/jwt",
    },
    Ban {
        within: &[&[
            "crates/shared/store/src",
            "crates/resource/resource-server/src",
            "crates/identity/services/src",
            "crates/identity/oauth/src",
            "crates/identity/accounts/src",
            "crates/identity/first-party/src",
            "crates/identity/admin/src",
            "migrations",
        ]],
        except: &[],
        words: &["not_in_subquery(", "NOT IN (SELECT", "<> ALL (SELECT"],
        why: "PostgreSQL reads such a list once for each row if it exceeds work_mem (NOT EXISTS)",
    },
    Ban {
        within: &[&["crates/shared/access/src"]],
        except: &[
            "tests.rs",
            "/tests/",
            "fixtures.rs",
            "testing.rs",
            "access/src/vectors/",
        ],
        words: &["encode_with_signer", "RsassaJwsSigner", ".signer_from_"],
        why: "access holds no private key",
    },
    Ban {
        within: &[&["crates"]],
        except: &[
            "crates/shared/access/src/clock",
            "crates/identity/doorward/tests/architecture",
        ],
        words: &["SystemTime::now", "now_utc()", "UNIX_EPOCH.elapsed"],
        why: "time comes from Clock",
    },
    Ban {
        within: &[
            IDENTITY.as_slice(),
            &[
                "crates/identity/doorward/src",
                "crates/shared/domain/src",
                "crates/shared/rules/src",
                "crates/shared/protocol/src",
                "crates/resource/authzen/src",
                "crates/resource/policy/src",
                "crates/shared/process/src",
                "crates/resource/resource-server/src",
                "crates/resource/tasks-database/src",
                "crates/resource/doorward-tasks/src",
            ],
        ],
        except: &[
            "crates/shared/domain/src/random.rs",
            "crates/resource/resource-server/src/random.rs",
            "tests.rs",
            "/tests/",
        ],
        words: &[
            "rand::rng()",
            "thread_rng",
            "ThreadRng",
            "OsRng",
            "SysRng",
            "getrandom",
            "rand_bytes",
            "from_os_rng",
            "from_rng(",
            "rand::random",
            "Uuid::new_v4",
            "Uuid::now_v7",
        ],
        why: "randomness comes from the source of the context",
    },
    Ban {
        within: &[&[
            "crates/identity/services/src",
            "crates/identity/oauth/src",
            "crates/identity/accounts/src",
            "crates/identity/first-party/src",
        ]],
        // Each of them writes nothing but evidence before it rejects.
        except: &[
            "accounts/src/api_key.rs",
            "oauth/src/client_auth.rs",
            "oauth/src/dpop.rs",
            "oauth/src/token/transaction.rs",
            "accounts/src/change.rs",
            "accounts/src/email_code.rs",
            "first-party/src/sign_in.rs",
            "accounts/src/invitation.rs",
            "accounts/src/login.rs",
            "accounts/src/passkey/sign_in.rs",
            "accounts/src/password.rs",
            "accounts/src/second_factor/enrollment.rs",
            "accounts/src/second_factor/verification.rs",
            "services/src/transaction.rs",
        ],
        words: &["in_recording_transaction(", "in_recording_change("],
        why: "a rejection leaves no change (in_transaction)",
    },
    Ban {
        within: &[&[
            "crates/identity/services/src",
            "crates/identity/oauth/src",
            "crates/identity/accounts/src",
            "crates/identity/first-party/src",
            "crates/identity/admin/src",
            "crates/identity/web/src",
            "crates/identity/oauth-http/src",
            "crates/identity/pages/src",
            "crates/identity/account-api/src",
            "crates/identity/admin-api/src",
            "crates/identity/console-ui/src",
            "crates/identity/console/src",
            "crates/features",
        ]],
        // The command line has no context of a server.
        except: &[
            "crates/identity/admin/src/context/operator.rs",
            "tests.rs",
            "/tests/",
        ],
        words: &["Caller::default()", "SystemRandom", "Random::default()"],
        why: "the source of randomness is passed in",
    },
    Ban {
        within: &[&[
            "crates/resource/authzen/src",
            "crates/resource/policy/src",
            "crates/resource/resource-server/src",
            "crates/resource/tasks-database/src",
        ]],
        except: &[],
        words: &[
            "doorward_store",
            "doorward_domain",
            "doorward_identity_server",
        ],
        why: "the resource server does not depend on the identity server",
    },
    Ban {
        within: &[IDENTITY.as_slice()],
        // The mail server is that of the configuration.
        except: &[
            "crates/shared/egress/src/outgoing/",
            "crates/identity/email/src/smtp/server.rs",
            // Tests that send requests through a proxy.
            "crates/features/sites/tests/",
            // It accepts connections, and opens none.
            "crates/features/ldap-server/",
        ],
        words: &["reqwest::", "use reqwest", "TcpStream", "lookup_host"],
        why: "external requests go through the egress client",
    },
    Ban {
        within: &[&["crates", "migrations"]],
        except: &["crates/identity/doorward/tests/architecture"],
        words: &["todo!(", "unimplemented!(", "#[ignore", "FIXME", "unsafe {"],
        why: "no unfinished or unsafe code",
    },
];

/// Returns the code of a line without its comment, which may name anything.
pub fn code(line: &str) -> &str {
    let trimmed = line.trim_start();
    if trimmed.starts_with("//") {
        return "";
    }
    line.split_once(" // ").map_or(line, |(code, _)| code)
}

#[test]
fn banned_names_are_absent() {
    let mut found = Vec::new();
    for ban in &BANS {
        for directory in ban.within.iter().copied().flatten() {
            for path in sources(&root().join(directory), &["rs"]) {
                let name = shown(&path);
                if ban.except.iter().any(|part| name.contains(part)) {
                    continue;
                }
                let text = std::fs::read_to_string(&path).unwrap();
                for (number, line) in text.lines().enumerate() {
                    for word in ban.words.iter().filter(|word| code(line).contains(**word)) {
                        found.push(format!("{name}:{}: `{word}`: {}", number + 1, ban.why));
                    }
                }
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn pages_carry_no_inline_code() {
    let banned = [
        " style=\"",
        "<style",
        " onclick=",
        " onsubmit=",
        " onload=",
        "javascript:",
    ];
    let mut found = Vec::new();
    for path in sources(&root().join("templates/pages"), &["html"])
        .into_iter()
        .chain(sources(&root().join("templates/console"), &["html"]))
        .chain(sources(&root().join("templates/components"), &["html"]))
        .chain(sources(&root().join("templates"), &["html"]))
    {
        let name = shown(&path);
        // A mail has no separate style sheet, and no page policy covers it.
        if name.starts_with("templates/emails") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        for (number, line) in text.lines().enumerate() {
            let inline_script = line.contains("<script") && !line.contains("src=");
            if inline_script || banned.iter().any(|word| line.contains(word)) {
                found.push(format!("{name}:{}: {}", number + 1, line.trim()));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}
