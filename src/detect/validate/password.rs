//! What stands after the label of a password and is one: no word of a rule, no variable, nothing masked.

pub(super) fn accepts(text: &str) -> bool {
    let bare = text.trim_matches(|c: char| "().[]{}!?*•…#".contains(c));
    let lower = text.to_ascii_lowercase();
    let is_variable = ["${", "$(", "{{", "%(", "%s", "%v", "$env", "process.env", "os.environ"]
        .iter()
        .any(|start| lower.starts_with(start));
    let is_masked = bare.chars().all(|c| matches!(c, 'x' | 'X' | '*' | '.' | '-' | '_'));
    // A beginning of such a word is what remains of it where the longer match was refused.
    let is_rule =
        WORDS.split(' ').any(|word| word.get(..bare.len()).is_some_and(|begun| begun.eq_ignore_ascii_case(bare)));
    !(is_variable || is_masked || is_rule)
}

/// Words of rules and states, in running text, logs and descriptions of programs.
const WORDS: &str = "required optional incorrect invalid wrong missing empty null none nil true false undefined unset \
     string str text password secret token hidden redacted masked filtered removed changed reset expired forgotten \
     protected encrypted hashed must should may can cannot not the your a an and or is was are for with from to too \
     length long short weak strong minimum maximum field input value default default_value success failed failure \
     error ok yes no erforderlich falsch ungültig fehlt vergessen geändert muss requis incorrecto inválida requerida \
     obligatoire obligatorio char varchar bool boolean int object any unknown self this";

#[cfg(test)]
mod tests {
    /// NIST SP 800-63B, section 5.1.1.2: any printable character may stand in a password.
    #[test]
    fn passwords_and_what_is_none() {
        for text in ["hunter2", "P@$$w0rd", "correct", "a b c", "geheim", "пароль1", "$ecret"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in
            ["required", "Required.", "********", "xxxx", "${DB_PASSWORD}", "{{password}}", "%s", "...", "[FILTERED]"]
        {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
