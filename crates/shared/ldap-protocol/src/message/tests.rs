use ldap3_proto::proto::{LdapBindCred, LdapBindRequest, LdapFilter, LdapOp, LdapSearchRequest};
use proptest::prelude::*;
use rstest::rstest;

use super::*;

fn encoded(op: LdapOp, controls: Vec<LdapControl>) -> BytesMut {
    let mut buffer = BytesMut::new();
    let message = LdapMsg {
        msgid: 7,
        op,
        ctrl: controls,
    };
    write::encode_into(&mut buffer, message.into()).unwrap();
    buffer
}

fn bind(password: &str) -> BytesMut {
    let bind = LdapBindRequest {
        version: 3,
        dn: "uid=alice".to_owned(),
        cred: LdapBindCred::Simple(password.to_owned()),
    };
    encoded(LdapOp::BindRequest(bind), Vec::new())
}

#[rstest]
#[case(&[], Frame::Incomplete)]
#[case(&[0x30], Frame::Incomplete)]
#[case(&[0x30, 0x05], Frame::Length(7))]
#[case(&[0x30, 0x82, 0x01], Frame::Incomplete)]
#[case(&[0x30, 0x82, 0x00, 0x05], Frame::Length(9))]
#[case(&[0x30, 0x81, 0xff], Frame::TooLong)]
#[case(&[0x30, 0x84, 0xff, 0xff, 0xff, 0xff], Frame::TooLong)]
#[case(&[0x30, 0x80], Frame::Invalid)]
#[case(&[0x30, 0x85], Frame::Invalid)]
#[case(b"GET / HTTP/1.1", Frame::Invalid)]
#[case(&[0x16, 0x03], Frame::Invalid)]
fn length_is_known_before_body(#[case] bytes: &[u8], #[case] expected: Frame) {
    assert_eq!(frame(bytes, 100), expected);
}

#[test]
fn bind_is_read_without_its_password_in_debug_output() {
    let bytes = bind("canary");
    assert_eq!(frame(&bytes, 1_000), Frame::Length(bytes.len()));
    let request = read(&bytes).unwrap();
    assert_eq!((request.id, request.is_critical), (7, false));
    assert!(!format!("{request:?}").contains("canary"));
    let Operation::Bind(bind) = request.operation else {
        panic!("no bind");
    };
    assert_eq!((bind.version, bind.name.as_str()), (3, "uid=alice"));
    assert!(matches!(bind.credential, Credential::Simple(text) if text == "canary"));
}

#[test]
fn pages_and_critical_controls_are_read() {
    let pages = LdapControl::SimplePagedResults {
        size: 50,
        cookie: vec![1, 2],
    };
    let unknown = |criticality| LdapControl::Unknown {
        oid: "1.2.3".to_owned(),
        criticality,
        value: None,
    };
    let request = read(&encoded(LdapOp::UnbindRequest, vec![pages, unknown(false)])).unwrap();
    let expected = Pages {
        size: 50,
        cookie: vec![1, 2],
    };
    assert_eq!(
        (request.pages, request.is_critical),
        (Some(expected), false)
    );
    let request = read(&encoded(LdapOp::UnbindRequest, vec![unknown(true)])).unwrap();
    assert!(request.is_critical);
}

#[test]
fn deep_message_is_rejected() {
    let mut filter = LdapFilter::Present("uid".to_owned());
    for _ in 0..100 {
        filter = LdapFilter::Not(Box::new(filter));
    }
    let search = LdapSearchRequest {
        base: String::new(),
        scope: ldap3_proto::proto::LdapSearchScope::Base,
        aliases: ldap3_proto::proto::LdapDerefAliases::Never,
        sizelimit: 0,
        timelimit: 0,
        typesonly: false,
        filter,
        attrs: Vec::new(),
    };
    assert!(read(&encoded(LdapOp::SearchRequest(search), Vec::new())).is_none());
    // Ten thousand levels of two to four bytes each.
    let mut bytes = vec![0x05, 0x00];
    for _ in 0..10_000 {
        let length = u32::try_from(bytes.len()).unwrap().to_be_bytes();
        let mut outer = vec![0x30, 0x84];
        outer.extend(length);
        outer.append(&mut bytes);
        bytes = outer;
    }
    assert!(read(&bytes).is_none());
}

proptest! {
    #[test]
    fn garbage_is_rejected(mut bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = frame(&bytes, 100);
        let _ = read(&bytes);
        if let Some(first) = bytes.first_mut() {
            *first = SEQUENCE;
        }
        let _ = read(&bytes);
    }

    #[test]
    fn changed_message_is_harmless(at in 0_usize..60, byte in any::<u8>()) {
        let mut bytes = bind("a password of some length");
        if let Some(changed) = bytes.get_mut(at) {
            *changed = byte;
        }
        let _ = read(&bytes);
    }
}
