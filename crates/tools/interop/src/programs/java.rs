//! Programs in Java.

use super::program::{Api, Authentication, Call, Check, Ecosystem, Program, SignIn, TokenType};

pub const PROGRAMS: &[Program] = &[
    spring(
        "spring-boot-3.5",
        "java/spring-boot-3.5",
        Authentication::Secret,
    ),
    spring(
        "spring-boot-4.0",
        "java/spring-boot-4.0",
        Authentication::Secret,
    ),
    spring(
        "spring-boot-3.5-private-key-jwt",
        "java/spring-boot-3.5",
        Authentication::PrivateKeyJwt,
    ),
    spring(
        "spring-boot-4.0-private-key-jwt",
        "java/spring-boot-4.0",
        Authentication::PrivateKeyJwt,
    ),
    spring_api(
        "spring-boot-3.5-resource-server",
        "java/spring-boot-3.5",
        TokenType::Jwt,
    ),
    spring_api(
        "spring-boot-4.0-resource-server",
        "java/spring-boot-4.0",
        TokenType::Jwt,
    ),
    spring_api(
        "spring-boot-3.5-resource-server-at-jwt",
        "java/spring-boot-3.5",
        TokenType::AtJwt,
    ),
    spring_api(
        "spring-boot-4.0-resource-server-at-jwt",
        "java/spring-boot-4.0",
        TokenType::AtJwt,
    ),
    protected_api("spring-boot-3.5-protected-api", "java/spring-boot-3.5"),
    protected_api("spring-boot-4.0-protected-api", "java/spring-boot-4.0"),
    pac4j("pac4j", Authentication::Secret),
    pac4j("pac4j-private-key-jwt", Authentication::PrivateKeyJwt),
    nimbus("nimbus", Authentication::Secret),
    nimbus("nimbus-private-key-jwt", Authentication::PrivateKeyJwt),
];

const SPRING: &str = "spring-boot-dependencies";

const fn spring(
    name: &'static str,
    directory: &'static str,
    authentication: Authentication,
) -> Program {
    Program {
        name,
        app: "spring-boot",
        package: SPRING,
        ecosystem: Ecosystem::Java,
        directory,
        start: match authentication {
            Authentication::Secret | Authentication::None | Authentication::Certificate => {
                &["-Dspring.profiles.active=client", "interop.Application"]
            }
            Authentication::PrivateKeyJwt => &[
                "-Dspring.profiles.active=private-key-jwt",
                "interop.Application",
            ],
        },
        ready: "/",
        authentication,
        options: &[],
        check: Check::SignIn(SignIn {
            login: "/oauth2/authorization/doorward",
            home: "/",
            // The home page contains Spring's form with the CSRF token.
            logout: "/",
            after_logout: Some("/"),
            shows_groups: false,
        }),
    }
}

const fn spring_api(name: &'static str, directory: &'static str, token_type: TokenType) -> Program {
    Program {
        name,
        app: "spring-boot-resource-server",
        package: SPRING,
        ecosystem: Ecosystem::Java,
        directory,
        start: match token_type {
            TokenType::Jwt => &[
                "-Dspring.profiles.active=resource-server",
                "interop.Application",
            ],
            TokenType::AtJwt => &[
                "-Dspring.profiles.active=resource-server-at-jwt",
                "interop.Application",
            ],
        },
        ready: "/",
        authentication: Authentication::Secret,
        options: &[],
        check: Check::Api(Api {
            path: "/",
            token_type,
            calls: &[],
        }),
    }
}

/// The API of `docs/guides/protect-a-spring-api.md`.
const fn protected_api(name: &'static str, directory: &'static str) -> Program {
    Program {
        name,
        app: "spring-boot-resource-server",
        package: SPRING,
        ecosystem: Ecosystem::Java,
        directory,
        start: &[
            "-Dspring.profiles.active=protected-api",
            "interop.Application",
        ],
        ready: "/",
        authentication: Authentication::Secret,
        options: &["--scope", "tasks:read", "--scope", "tasks:write"],
        check: Check::Api(Api {
            path: "/report",
            token_type: TokenType::AtJwt,
            calls: &[
                // A client that acts for itself never signed in.
                Call {
                    method: "POST",
                    path: "/payments",
                    status: 401,
                    challenge: "error=\"insufficient_user_authentication\", max_age=\"300\"",
                },
                Call {
                    method: "GET",
                    path: "/another",
                    status: 403,
                    challenge: "error=\"insufficient_scope\"",
                },
            ],
        }),
    }
}

const fn pac4j(name: &'static str, authentication: Authentication) -> Program {
    Program {
        name,
        app: "pac4j",
        package: "pac4j-oidc",
        ecosystem: Ecosystem::Java,
        directory: "java/pac4j",
        start: &["interop.Pac4j"],
        ready: "/",
        authentication,
        options: &[],
        check: Check::SignIn(SignIn {
            login: "/login",
            home: "/",
            logout: "/logout",
            after_logout: Some("/"),
            shows_groups: false,
        }),
    }
}

const fn nimbus(name: &'static str, authentication: Authentication) -> Program {
    Program {
        name,
        app: "nimbus",
        package: "oauth2-oidc-sdk",
        ecosystem: Ecosystem::Java,
        directory: "java/nimbus",
        start: &["interop.Nimbus"],
        ready: "/",
        authentication,
        options: &[],
        check: Check::SignIn(SignIn {
            login: "/login",
            home: "/",
            logout: "/logout",
            after_logout: Some("/"),
            shows_groups: false,
        }),
    }
}
