//! Tests of the pages of SAML.

use doorward_testkit::{Stack, flows};

use super::support::{browser, open, submit};
use crate::admin::world::World;

flows!(client_is_created_and_changed_by_forms);

const LIST: &str = "/admin/saml";
const NEW: &str = "/admin/saml/new";
const METADATA: &str = "<EntityDescriptor xmlns=\"urn:oasis:names:tc:SAML:2.0:metadata\" entityID=\"https://sp.example.com\">\
    <SPSSODescriptor protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\"><AssertionConsumerService \
    Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST\" index=\"1\" Location=\"https://sp.example.com/acs\"/>\
    </SPSSODescriptor></EntityDescriptor>";

async fn client_is_created_and_changed_by_forms(stack: &Stack) {
    World::new(stack).await;
    let admin = browser(stack, "admin").await;
    let page = open(stack, &admin, LIST).await;
    assert!(page.text().contains("/saml/metadata"), "{}", page.dump());
    assert!(page.text().contains("EntityDescriptor"), "{}", page.dump());
    for (field, fields) in [
        ("entity_id", [("name", "Wiki"), ("metadata", "")]),
        ("metadata", [("name", "Wiki"), ("metadata", "<x/>")]),
    ] {
        let page = submit(stack, &admin, NEW, &fields).await;
        assert_eq!(page.status, 422, "{field}: {}", page.dump());
        let link = format!("[role=alert] a[href='#{field}']");
        assert!(page.has(&link), "{field}: {}", page.dump());
    }
    let fields = [("name", "Wiki"), ("metadata", METADATA)];
    let page = submit(stack, &admin, NEW, &fields).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    let page = admin.follow(page, "").await;
    let home = page.url.path().to_owned();
    assert!(
        page.text().contains("https://sp.example.com/acs"),
        "{}",
        page.dump()
    );
    let edit = format!("{home}/edit");
    let form = open(stack, &admin, &edit).await.form("#entry");
    assert_eq!(form.value("signed"), Some("assertion"));
    let form = form
        .with("signed", "both")
        .with("acs", "https://sp.example.com/new");
    let page = admin.submit(&form).await;
    assert_eq!(page.status, 303, "{}", page.dump());
    let page = admin.follow(page, "").await;
    assert!(
        page.text().contains("https://sp.example.com/new"),
        "{}",
        page.dump()
    );
    assert!(page.text().contains("both"), "{}", page.dump());
    let box_is_checked = "input[type=checkbox][name=unsolicited][checked]";
    for is_checked in [true, false] {
        let mut form = open(stack, &admin, &edit).await.form("#entry");
        // A browser sends an empty value before that of a checked box.
        form.fields
            .retain(|(name, value)| name != "unsolicited" || value.is_empty());
        if is_checked {
            form = form.and("unsolicited", "yes");
        }
        let page = admin.submit(&form).await;
        assert_eq!(page.status, 303, "{}", page.dump());
        let page = open(stack, &admin, &edit).await;
        assert_eq!(page.has(box_is_checked), is_checked, "{}", page.dump());
    }
    let page = open(stack, &admin, LIST).await;
    assert!(page.has(&format!("a[href='{home}']")), "{}", page.dump());
}
