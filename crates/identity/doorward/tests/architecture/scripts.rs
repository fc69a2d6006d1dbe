//! No script of the pages hides an error: a `catch` without a statement is a button that does nothing.

use crate::{root, sources};

/// Returns the text of the scripts without comments and white space.
fn dense(script: &str) -> String {
    let lines = script.lines().map(str::trim);
    let code = lines.filter(|line| !line.starts_with("//"));
    code.flat_map(str::chars)
        .filter(|it| !it.is_whitespace())
        .collect()
}

/// Returns true if the code has an error handler without a statement.
fn is_silent(code: &str) -> bool {
    let handlers = code.match_indices("catch").map(|(at, _)| &code[at + 5..]);
    handlers.into_iter().any(|rest| {
        let parameter = |rest: &str| -> Option<usize> {
            let end = rest.strip_prefix('(')?.find(')')?;
            Some(end + 2)
        };
        // `catch {}` and `catch (e) {}`, or `.catch(() => {})` and `.catch(e => {})`.
        let block = rest.get(parameter(rest).unwrap_or(0)..).unwrap_or_default();
        let arrow = rest.find("=>").map(|at| &rest[at + 2..]);
        let is_empty = |text: &str| {
            [
                "{}",
                "{return}",
                "{return;}",
                "null",
                "undefined",
                "0)",
                "{;}",
            ]
            .iter()
            .any(|empty| text.starts_with(empty))
        };
        is_empty(block) || (rest.starts_with('(') && arrow.is_some_and(is_empty))
    })
}

#[test]
fn no_script_hides_error() {
    for code in [
        "try{a()}catch{}",
        "try { a(); } catch (e) {\n  // Nothing.\n}",
        "a().catch(() => {})",
        "a().catch(e => {})",
        "a().catch(() => null)",
        "try { a() } catch { return; }",
    ] {
        assert!(is_silent(&dense(code)), "{code}");
    }
    for code in [
        "try { a() } catch { if (++failures > 2) return; }",
        "try { a() } catch (e) { show(e); }",
        "a().catch(e => show(e))",
    ] {
        assert!(!is_silent(&dense(code)), "{code}");
    }
    let scripts = sources(&root().join("static"), &["js"]);
    assert!(scripts.len() >= 3, "{scripts:?}");
    for path in scripts {
        let code = dense(&std::fs::read_to_string(&path).unwrap());
        assert!(!is_silent(&code), "{} hides an error", path.display());
    }
}
