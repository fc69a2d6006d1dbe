use super::subcommands;

#[test]
fn names_are_read_from_the_help_text() {
    let help = "A program\n\nUsage: x <COMMAND>\n\nCommands:\n  dev   Runs all of it with a\n          long description\n  key   Keys\n  help  Print this\n\nOptions:\n  -h\n";
    assert_eq!(subcommands(help), ["dev", "key"]);
    assert!(subcommands("Usage: x\n\nOptions:\n  -h\n").is_empty());
}
