//! Compares the labels of the console with the terms of the field, in every language.

use super::*;

/// The English labels of the console. A label and the guides use the same term.
const LABELS: &[(&str, &str)] = &[
    ("console-people", "Users"),
    ("console-redirect-uris", "Redirect URIs"),
    ("console-logout-uris", "Post-logout redirect URIs"),
    ("console-grants", "Grant types"),
    ("console-scopes", "Scopes"),
    ("console-app-auth", "Client authentication"),
    ("console-setting-pkce", "PKCE"),
    ("console-setting-par", "Pushed authorization requests (PAR)"),
    ("console-setting-signed", "Signed request objects (JAR)"),
    ("console-setting-dpop", "DPoP-bound access tokens"),
    ("console-setting-bound", "Certificate-bound access tokens"),
    ("console-setting-origins", "Allowed CORS origins"),
    ("console-setting-sector", "Sector identifier"),
    ("console-setting-audience", "Audience of client assertions"),
    (
        "console-setting-serves",
        "Resources this client serves (may introspect)",
    ),
    (
        "console-setting-exchange",
        "Token exchange: allowed audiences",
    ),
    (
        "console-setting-impersonation",
        "Impersonation by token exchange",
    ),
    ("console-setting-format", "Access token format"),
    ("console-setting-id-alg", "Signing algorithm of ID token"),
    (
        "console-setting-userinfo-alg",
        "Signing algorithm of UserInfo",
    ),
    (
        "console-setting-answer-alg",
        "Signing algorithm of authorization response",
    ),
    (
        "console-setting-lookup-alg",
        "Signing algorithm of introspection",
    ),
    ("console-setting-backchannel", "Back-channel logout URI"),
    ("console-setting-frontchannel", "Front-channel logout URI"),
    ("console-first-party", "First-party (skips consent)"),
    ("console-user-disable", "Disable"),
    ("console-app-disable", "Disable"),
    ("console-disabled", "Disabled"),
    ("console-role-give", "Assign a role"),
    ("console-access", "Roles"),
    ("console-factors", "Sign-in methods"),
    ("console-second-step", "Two-factor authentication"),
    ("console-app-users", "Users with access"),
    ("console-history", "Audit log"),
    ("console-about", "Target"),
    ("console-email-state", "Email verified"),
    ("console-why-completed", "Signed in"),
    ("console-why-unknown-user", "Unknown username or email"),
];

/// Messages that name the same thing, and so are the same text in every language.
const SAME: &[[&str; 2]] = &[
    ["console-access", "console-roles"],
    ["console-app-users", "console-impact-users"],
    ["console-history", "console-audit"],
    ["console-app-enable", "console-user-enable"],
    ["console-app-disable", "console-user-disable"],
];

/// The keys of sentences with a term, and the stem of its translations in the order of
/// [`Lang::ALL`].
const SENTENCES: &[(&[&str], [&str; 11])] = &[
    (
        &[
            "console-redirect-uris",
            "console-logout-uris",
            "console-redirect-missing",
            "console-redirect-none",
            "console-why-redirect",
            "console-why-redirect-missing",
            "console-check-return",
            "console-provider-redirect",
        ],
        [
            "Redirect-URI",
            "edirect URI",
            "URI de redirección",
            "URI de redirection",
            "URI di reindirizzamento",
            "mleidings-URI",
            "URI przekierowania",
            "URI de redirecionamento",
            "URI لإعادة التوجيه",
            "リダイレクト URI",
            "重定向 URI",
        ],
    ),
    (
        &[
            "console-scopes",
            "console-setting-optional",
            "console-test-scope",
            "console-test-scope-hint",
            "console-why-scope",
            "audit-kind-scope-changed",
        ],
        [
            "Scope",
            "cope",
            "mbito",
            "ortée",
            "mbit",
            "cope",
            "akres",
            "scopo",
            "نطاق",
            "スコープ",
            "作用域",
        ],
    ),
    (
        &[
            "console-second-step",
            "console-trusts-mfa",
            "console-require-mfa",
            "console-check-second",
            "console-why-factor-required",
            "console-why-without-factor",
            "console-provider-trusts-mfa-hint",
            "console-trial-mfa",
        ],
        [
            "Zwei-Faktor-Authentifizierung",
            "wo-factor authentication",
            "utenticación en dos fases",
            "uthentification à deux facteurs",
            "utenticazione a due fattori",
            "weeledige verificatie",
            "wierzytelniani",
            "utenticação de dois fatores",
            "المصادقة الثنائية",
            "2 要素認証",
            "双重身份验证",
        ],
    ),
    (
        &[
            "console-factor-question",
            "console-why-factor-missing",
            "console-undo-ended",
            "audit-kind-login-first-step",
            "audit-kind-login-stepped-up",
            "audit-kind-factor-added",
            "audit-kind-factor-removed",
        ],
        [
            "Faktor",
            "econd factor",
            "egundo factor",
            "econd facteur",
            "econdo fattore",
            "weede factor",
            "składnik",
            "egundo fator",
            "عامل",
            "第 2 要素",
            "第二因素",
        ],
    ),
    (
        &[
            "console-setting-pkce",
            "console-test-pkce",
            "audit-kind-client-pkce-required",
        ],
        ["PKCE"; 11],
    ),
];

/// Former terms of the console, in the order of [`Lang::ALL`]. Pages of users are not searched: they
/// are plainer on purpose.
const FORMER: [&[&str]; 11] = [
    &[
        "Person",
        "Rücksprung",
        "Wege zum Zugriff",
        "Wonach ",
        "Weist sich aus",
        "Nachweis bei",
        "vorab gesendet",
        "usgeschaltet",
        "ingeschaltet",
        "bgeschaltet",
        "Ausschalten",
        "Einschalten",
        "weite Schritt",
        "weiten Schritt",
        "weiter Schritt",
        "Rolle geben",
    ],
    &[
        "eople",
        "erson ",
        "eturn address",
        "Ways to",
        "t it may ask for",
        "Proves itself",
        "proved itself",
        "One-time proof",
        "sent ahead",
        "witch",
        "econd step",
        "Give a role",
        "Give this role",
        "Roles held",
        "Nobody has",
        "confirmed",
    ],
    &[
        "ersonas",
        "a persona",
        "irección de retorno",
        "irecciones de retorno",
        "Formas de",
        "puede pedir",
        "Se identifica",
        "identificó",
        "Prueba única",
        "se envían antes",
        "egundo paso",
        "unción",
        "unciones",
        "confirmad",
    ],
    &[
        "ersonnes",
        "a personne",
        "dresse de retour",
        "dresses de retour",
        "Moyens ",
        "peut demander",
        "Se prouve",
        "prouvée",
        "Preuve unique",
        "envoyées d’avance",
        "euxième étape",
        "Donner ",
        "confirmé",
    ],
    &[
        "ersone",
        "a persona",
        "ndirizzi di ritorno",
        "ndirizzo di ritorno",
        "Modi ",
        "può chiedere",
        "Si identifica",
        "identificata",
        "Prova monouso",
        "in anticipo",
        "econdo passaggio",
        "confermat",
    ],
    &[
        "erson",
        "erugkeeradres",
        "Manieren",
        "om mag vragen",
        "Bewijst zich",
        "bewees zich",
        "Eenmalig bewijs",
        "vooraf verzonden",
        "weede stap",
        "rol geven",
        "bevestigd",
    ],
    &[
        "Osoby",
        "osób",
        "soba ",
        "dres powrotu",
        "dresy powrotu",
        "Sposoby",
        "może prosić",
        "Potwierdza się",
        "Jednorazowy dowód",
        "z wyprzedzeniem",
        "rugi krok",
        "rugiego kroku",
        "Daj ",
        "otwierdzon",
    ],
    &[
        "essoas",
        "A pessoa",
        "esta pessoa",
        "ndereços de retorno",
        "ndereço de retorno",
        "Formas de",
        "pode pedir isto",
        "Identifica-se",
        "identificou-se",
        "Prova única",
        "enviados antes",
        "egundo passo",
        "egunda etapa",
        "esligar",
        "esligad",
        "Ligar",
        "Dar ",
        "confirmad",
        "tilizador",
        "mbito",
    ],
    &[
        "الأشخاص",
        "للشخص",
        "هذا الشخص",
        "عناوين العودة",
        "عنوان العودة",
        "طرق الحصول",
        "يثبت نفسه",
        "إثبات لمرة",
        "مسبقا",
        "الخطوة الثانية",
        "خطوة ثانية",
        "موقوف",
        "أُوقف",
        "شُغِّل",
        "منح دور",
        "مؤكد",
    ],
    &[
        "この人",
        "戻り先",
        "アクセスを得る方法",
        "求めることができる内容",
        "証明の方法",
        "一度きりの証明",
        "先に送る",
        "停止中",
        "停止する",
        "段階目",
        "役割",
    ],
    &[
        "人员",
        "此人",
        "返回地址",
        "获取访问权限的方式",
        "可以请求的内容",
        "证明身份",
        "一次性证明",
        "预先发送",
        "第二步",
        "赋予",
        "已确认",
        "邮箱未确认",
    ],
];

pub(super) fn is_of_console(key: &str) -> bool {
    let of_site = key.starts_with("sites-") && !key.starts_with("sites-page-");
    of_site || key.starts_with("console-") || key.starts_with("audit-")
}

#[test]
fn labels_of_console_are_terms_of_field() {
    for (key, label) in LABELS {
        assert_eq!(Lang::En.text(key), *label, "{key}");
    }
}

#[test]
fn term_has_one_translation() {
    for (index, lang) in Lang::ALL.iter().enumerate() {
        for [key, other] in SAME {
            assert_eq!(lang.text(key), lang.text(other), "{key} in {}", lang.code());
        }
        for (keys, stems) in SENTENCES {
            for key in *keys {
                let text = lang.text(key);
                assert!(
                    text.contains(stems[index]),
                    "{key} in {}: {text}",
                    lang.code()
                );
            }
        }
    }
}

#[test]
fn console_uses_no_former_terms() {
    for (index, lang) in Lang::ALL.iter().enumerate() {
        let texts = texts(*lang);
        for (key, text) in texts.iter().filter(|(key, _)| is_of_console(key)) {
            for former in FORMER[index] {
                assert!(
                    !text.contains(former),
                    "“{former}” in {key} in {}",
                    lang.code()
                );
            }
        }
    }
}
