use rstest::rstest;

use super::*;

const NOW: i64 = 1_800_000_000;

fn facts(names: &[&str]) -> CertificateFacts {
    CertificateFacts {
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        not_before: NOW - DAY,
        not_after: NOW + DAY,
        out_of_order: None,
    }
}

#[rstest]
#[case(&["id.example.org"], "id.example.org", true)]
#[case(&["id.example.org"], "ID.example.org", true)]
#[case(&["id.example.org"], "example.org", false)]
#[case(&["*.example.org"], "id.example.org", true)]
#[case(&["*.example.org"], "a.id.example.org", false)]
#[case(&["*.example.org"], "example.org", false)]
#[case(&["*.0.0.1"], "127.0.0.1", false)]
#[case(&["127.0.0.1"], "127.0.0.1", true)]
#[case(&["::1"], "[::1]", true)]
#[case(&[], "id.example.org", false)]
fn wildcard_covers_one_label(#[case] names: &[&str], #[case] host: &str, #[case] covered: bool) {
    assert_eq!(facts(names).covers(host), covered);
}

#[rstest]
#[case(NOW, &[])]
#[case(NOW + DAY, &[])]
#[case(NOW + DAY + 1, &[CertificateProblem::Expired(1)])]
#[case(NOW - DAY, &[])]
#[case(NOW - DAY - 1, &[CertificateProblem::NotYetValid(1)])]
fn dates_are_inclusive(#[case] now: i64, #[case] expected: &[CertificateProblem]) {
    let hosts = ["id.example.org".to_owned()];
    assert_eq!(facts(&["id.example.org"]).problems(&hosts, now), expected);
}

#[test]
fn each_problem_has_instruction() {
    let certificate = CertificateFacts {
        out_of_order: Some(1),
        ..facts(&["other.example.org"])
    };
    let hosts = ["id.example.org".to_owned()];
    let problems = certificate.problems(&hosts, NOW + 4 * DAY);
    let texts: Vec<_> = problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        texts,
        [
            "the certificate expired 3 days ago: browsers reject it",
            "the certificate is not valid for id.example.org: browsers reject it",
            "certificate 2 of the file did not issue the one before it: some clients reject the chain",
        ]
    );
    assert!(problems.iter().all(|it| !it.remediation().is_empty()));
    assert_eq!(certificate.remaining(NOW), DAY);
}
