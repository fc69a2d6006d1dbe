use super::{before_filters, selection};

fn words(line: &str) -> Vec<String> {
    line.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn the_whole_workspace_unless_a_package_is_named() {
    assert_eq!(selection(&[]), words("--workspace --no-fail-fast"));
    assert_eq!(
        selection(&words("-p doorward --test oidc")),
        words("--no-fail-fast -p doorward --test oidc")
    );
    assert_eq!(
        selection(&words("-- -p")),
        words("--workspace --no-fail-fast -- -p")
    );
}

#[test]
fn filters_do_not_reach_the_build() {
    assert_eq!(before_filters(&words("-p a -- --exact x")), words("-p a"));
    assert_eq!(before_filters(&words("-p a")), words("-p a"));
}
