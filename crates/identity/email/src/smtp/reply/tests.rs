use super::*;

/// The code, the text, and whether the line is the last one.
type Read = Option<(u16, &'static str, bool)>;

#[test]
fn lines_of_replies_are_read() {
    let rows: [(&[u8], Read); 17] = [
        (
            b"220 mail.example ESMTP\r\n",
            Some((220, "mail.example ESMTP", true)),
        ),
        // RFC 5321 §4.2: the text is optional, and clients accept a bare code.
        (b"220\r\n", Some((220, "", true))),
        (b"220 \r\n", Some((220, "", true))),
        (b"220\n", Some((220, "", true))),
        (b"354\tgo on\r\n", Some((354, "go on", true))),
        (b"250-\r\n", Some((250, "", false))),
        (b"250-8BITMIME\r\n", Some((250, "8BITMIME", false))),
        (
            b"554 5.7.1 gr\xfc\xdfe\r\n",
            Some((554, "5.7.1 gr\u{fffd}\u{fffd}e", true)),
        ),
        (b"599 unknown\r\n", Some((599, "unknown", true))),
        (b"2506 ok\r\n", None),
        (b"250ok\r\n", None),
        (b"25\r\n", None),
        (b"\r\n", None),
        (b"", None),
        (b"+50 ok\r\n", None),
        (b"199 early\r\n", None),
        (b"600 late\r\n", None),
    ];
    for (line, expected) in rows {
        let read = ReplyLine::parse(line);
        let read = read
            .as_ref()
            .map(|line| (line.code, line.text.as_str(), line.is_last));
        assert_eq!(read, expected, "{}", String::from_utf8_lossy(line));
    }
}

/// Every command with every permanent code: only the recipient and the content are rejected for ever,
/// and by no code that is about the session.
#[test]
fn only_recipient_and_content_are_rejected_for_ever() {
    for command in Command::ALL {
        for code in 200..600 {
            let concerns_message = matches!(command, Command::Rcpt | Command::Content);
            let of_session = [500, 502, 503, 521, 530, 534, 535, 538].contains(&code);
            let expected = code >= 500 && concerns_message && !of_session;
            assert_eq!(is_final(command, code), expected, "{command} {code}");
        }
    }
}
