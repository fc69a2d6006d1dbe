use doorward_i18n::Lang;
use doorward_i18n::own_texts::editable;

use super::{sample, sentence};

#[test]
fn each_variable_has_a_sample() {
    for text in editable(Lang::De, "") {
        for variable in &text.variables {
            assert!(!sample(variable).is_empty(), "{}: ${variable}", text.key);
        }
        // A debug build fails if a variable is missing.
        assert!(!sentence(Lang::De, text.key, "Example").is_empty());
    }
}
