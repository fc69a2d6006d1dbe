use super::*;

#[test]
fn address_names_port_tls_and_password() {
    use Tls::{IfOffered, Implicit, Never, Required};
    let rows = [
        ("smtp://localhost", "localhost", 25, Never, None),
        ("smtp://127.0.0.1:2525", "127.0.0.1", 2525, Never, None),
        ("smtp://[::1]", "::1", 25, Never, None),
        (
            "smtp://mail.example?tls=required",
            "mail.example",
            587,
            Required,
            None,
        ),
        (
            "smtp://mail.example?tls=opportunistic",
            "mail.example",
            587,
            IfOffered,
            None,
        ),
        (
            "smtps://id%40mail.example:p%2Fw%C3%BC@mail.example",
            "mail.example",
            465,
            Implicit,
            Some(("id@mail.example", "p/wü")),
        ),
        (
            "smtps://id@mail.example:4650",
            "mail.example",
            4650,
            Implicit,
            None,
        ),
    ];
    for (address, host, port, tls, credentials) in rows {
        let server = Server::parse(address, "id.example").unwrap();
        assert_eq!(
            (server.host.as_str(), server.port, server.tls),
            (host, port, tls),
            "{address}"
        );
        let read = server.credentials.as_ref();
        let read = read.map(|it| (it.user.as_str(), it.password.as_str()));
        assert_eq!(read, credentials, "{address}");
    }
    for address in [
        "mail.example",
        "https://mail.example",
        "smtp:",
        "smtp://mail.example?tls=no",
        "smtp://a:%FF@mail.example",
    ] {
        assert!(Server::parse(address, "id.example").is_err(), "{address}");
    }
}
