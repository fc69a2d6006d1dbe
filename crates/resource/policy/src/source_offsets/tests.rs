use super::*;

#[test]
fn rule_starts_at_annotation_or_first_keyword() {
    let text = "// a comment; with @id(\"no\")\n\n@because(\"a; \\\"b\\\" @id\")\n@id(\"one\")\n\
                permit (principal, action, resource);\n\
                forbid (principal, action, resource); @identity(\"x\") permit (principal, action, \
                resource);";
    let names: Vec<&str> = rules(text).map(|at| &text[at..at + 9]).collect();
    assert_eq!(names, ["@id(\"one\"", "forbid (p", "@identity"]);
    assert_eq!(rules("// nothing\n").count(), 0);
}
