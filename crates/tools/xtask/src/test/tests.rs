use super::{Kind, Options, before_filters, cargo_arguments};

fn words(line: &str) -> Vec<String> {
    line.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn whole_workspace_unless_package_is_named() {
    assert_eq!(cargo_arguments(&[]), words("--workspace --no-fail-fast"));
    assert_eq!(
        cargo_arguments(&words("-p doorward --test oidc")),
        words("--no-fail-fast -p doorward --test oidc")
    );
    assert_eq!(
        cargo_arguments(&words("-- -p")),
        words("--workspace --no-fail-fast -- -p")
    );
}

#[test]
fn filters_do_not_reach_build() {
    assert_eq!(before_filters(&words("-p a -- --exact x")), words("-p a"));
    assert_eq!(before_filters(&words("-p a")), words("-p a"));
}

#[test]
fn options_choose_tests() {
    for (line, kind, both, rest) in [
        ("", Kind::Quick, false, ""),
        ("--both --no-run", Kind::Quick, true, ""),
        ("--all --both", Kind::All, true, ""),
        ("--changed", Kind::Changed, false, ""),
        (
            "-p doorward --test oidc",
            Kind::Cargo,
            false,
            "-p doorward --test oidc",
        ),
        ("--both -- pkce::", Kind::Cargo, true, "-- pkce::"),
        // Behind `--`, words are filters.
        ("-- --all", Kind::Cargo, false, "-- --all"),
    ] {
        let options = Options::read(&words(line)).unwrap();
        assert_eq!(options.kind, kind, "{line}");
        assert_eq!(options.both, both, "{line}");
        assert_eq!(options.builds_only, line.contains("--no-run"), "{line}");
        assert_eq!(options.rest, words(rest), "{line}");
    }
    for wrong in [
        "--all --changed",
        "--all --test oidc",
        "--changed -p doorward",
    ] {
        assert!(Options::read(&words(wrong)).is_err(), "{wrong}");
    }
}
