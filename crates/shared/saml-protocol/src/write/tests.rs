use super::*;

#[test]
fn output_is_canonical() {
    let node = Node::new("samlp:Response")
        .attribute("Version", "2.0")
        .attribute("ID", "_1")
        .child(Node::new("saml:Issuer").text("a & b"))
        .child(
            Node::new("samlp:Status").child(Node::new("samlp:StatusCode").attribute("Value", "x")),
        )
        .child(Node::new("saml:Assertion").child(Node::new("saml:Subject")));
    let expected = format!(
        "<samlp:Response xmlns:samlp=\"{PROTOCOL}\" ID=\"_1\" Version=\"2.0\">\
         <saml:Issuer xmlns:saml=\"{ASSERTION}\">a &amp; b</saml:Issuer>\
         <samlp:Status><samlp:StatusCode Value=\"x\"></samlp:StatusCode></samlp:Status>\
         <saml:Assertion xmlns:saml=\"{ASSERTION}\"><saml:Subject></saml:Subject></saml:Assertion>\
         </samlp:Response>"
    );
    assert_eq!(node.canonical(), expected);
}

#[test]
fn characters_are_escaped() {
    let node = Node::new("md:X")
        .attribute("a", "<&>\"'\t\n\r\u{0}")
        .text("<&>\"'\t\n\r]]>\u{8}\u{fffe}\u{10ffff}é");
    let expected = format!(
        "<md:X xmlns:md=\"{METADATA}\" a=\"&lt;&amp;>&quot;'&#x9;&#xA;&#xD;\u{fffd}\">\
         &lt;&amp;&gt;\"'\t\n&#xD;]]&gt;\u{fffd}\u{fffd}\u{10ffff}é</md:X>"
    );
    assert_eq!(node.canonical(), expected);
}

#[test]
fn optional_attribute_is_left_out() {
    let node = Node::new("ds:X").maybe("a", None).maybe("b", Some("1"));
    let expected = format!("<ds:X xmlns:ds=\"{SIGNATURE}\" b=\"1\"></ds:X>");
    assert_eq!(node.canonical(), expected);
}
