//! How names are written, and what is written as one and is none, in several languages.

use super::behaviour::check;
use super::figures::find;
use privet::detect::TaggerUse;
use privet::format::{Json, Text};

/// Asserts that what stands in brackets in each text is found as a person, and no other person and no place is.
pub fn persons(texts: &[&str]) {
    let mut wrong = Vec::new();
    for marked in texts {
        let text = marked.replace(['[', ']'], "");
        let mut expected = Vec::new();
        let (mut at, mut start) = (0, 0);
        for c in marked.chars() {
            match c {
                '[' => start = at,
                ']' => expected.push((start, at, 0)),
                _ => at += 1,
            }
        }
        let mut found = find(&text, TaggerUse::Balanced);
        found.retain(|one| one.2 < 2);
        found.sort_unstable();
        if found != expected {
            let part = |one: &(usize, usize, usize)| text.chars().skip(one.0).take(one.1 - one.0).collect::<String>();
            wrong.push(format!("{marked}: {:?}", found.iter().map(part).collect::<Vec<_>>()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_name_in_capitals_is_found_in_a_sentence_that_is_not() {
    persons(&[
        "Please tell [KATHERINE] that the parcel is here.",
        "[MARTIN Sophie] called about the invoice.",
        "Contact: [JOHN SMITH] about the open invoice",
        "[DUPONT Jean] a appelé hier au sujet de la facture.",
        "Madame [Sophie MARTIN] a demandé un remboursement.",
        "[GARCÍA LÓPEZ María] llamó por la factura.",
        "El cliente [PÉREZ Juan] no ha recibido el paquete.",
        "Bitte rufen Sie [MÜLLER Hans] wegen der Rechnung zurück.",
        "Ho parlato con [ROSSI Marco] della consegna.",
        "A senhora [SILVA Ana] pediu o reembolso.",
        "Please ask [KATHERINE] or [PRIYA] to call back.",
        "The order of [JENNIFER WALSH] was shipped on Monday.",
    ]);
}

#[test]
fn abbreviations_and_what_is_stressed_are_nobody() {
    persons(&[
        "URGENT: the HTTP server of NASA has no ID in it.",
        "NOTE: please do NOT reset the VPN or the SSL certificate.",
        "Please send the CV to HR ASAP, the VAT ID is missing.",
        "ERROR: the USB port does not work on my PC.",
        "This is VERY urgent, we have been waiting for WEEKS.",
        "Bitte DRINGEND die IBAN und die BIC prüfen.",
        "Merci de vérifier la TVA et le RIB, c'est URGENT.",
        "WARNING: DISK IS FULL AND BACKUP FAILED",
    ]);
}

#[test]
fn names_with_a_capital_inside_are_names() {
    persons(&[
        "Please tell [DeShawn] that his order is late.",
        "I met [LaToya] at the station.",
        "[LaKeisha Brown] wants a refund.",
        "We asked [MacGregor] and [McDonald] about it.",
        "[Leonardo DiCaprio] was seen in the shop.",
        "[Angus MacLeod] and [Jennifer DeWitt] called yesterday.",
        "I spoke with [Peter LeBlanc] about the refund.",
    ]);
}

#[test]
fn classes_are_nobody_and_names_with_particles_are_somebody() {
    persons(&[
        "JobManager elected leader on host 3",
        "KafkaConsumer rejoined the group after a timeout",
        "TaskExecutor lost the connection to the resource manager",
        "DispatcherServlet was initialized in 12 ms",
        "ReplicaFetcher stopped because the leader moved",
        "TokenBucket is empty and the client is throttled",
        "GarbageCollector paused the process for two seconds",
        "Yesterday the ShardCoordinator crashed twice.",
        "Please restart the EventRouter and the MailWorker.",
        "[McAllister] elected leader of the group",
        "[DeShawn] started on Monday with the team",
        "[LaToya] rejoined the group after a while",
        "[MacDonald] called about the invoice",
        "[FitzGerald] said he would call back.",
        "[VanDyke] called about the invoice",
        "[DiMaggio] wants a refund for the order.",
        "[L'Estrange] called about the invoice",
        "[D'Angelo] called about the invoice",
        "[AnnMarie] started on Monday",
        "[SmithJones] called about the invoice",
        "[AbdulRahman] called about the invoice",
    ]);
}

#[test]
fn names_of_programs_are_nobody() {
    persons(&[
        "please call getUserName in JavaScript on the iPhone from GitHub",
        "The PostgreSQL server uses LibreOffice and OpenSSL.",
        "Please check whether PowerPoint and OneDrive sync with SharePoint.",
        "We moved from MySQL to MongoDB and use RabbitMQ now.",
        "I paid with PayPal on YouTube and it failed.",
    ]);
}

#[test]
fn what_is_called_after_somebody_is_nobody() {
    persons(&[
        "She has Parkinson's disease and he Wilson's disease.",
        "He was diagnosed with Huntington's disease in March.",
        "We compute the Fourier transform at 20 degrees Celsius.",
        "Apply a Laplace transform, then the Newton method.",
        "Use the Dijkstra algorithm to find the route.",
        "Bei ihr wurde Morbus Crohn festgestellt.",
        "Elle souffre de la maladie de Parkinson depuis mars.",
        "Tiene la enfermedad de Alzheimer desde hace años.",
    ]);
}

#[test]
fn offices_and_papers_are_nobody() {
    persons(&[
        "Das Finanzamt hat die Rechnung im Lager gefunden.",
        "Die Rechnung liegt im Lager bei der Buchhaltung.",
        "Der Versicherungsnehmer hat den Schaden der Werkstatt gemeldet.",
        "La Facture et le Bon de livraison sont joints à la commande.",
        "El Departamento de Facturación revisará su reclamación.",
        "Adjunto la Factura y el Albarán del pedido.",
    ]);
}

#[test]
fn names_that_are_words_are_found_where_somebody_is_meant() {
    persons(&[
        "[Grace Park] called about the invoice.",
        "[Mark] said he would call back.",
        "[Will Smith] called about the order.",
        "[Hope] called me back this morning.",
        "[Ben] called about the invoice.",
        "[Rose Cooper] wants to return the shoes.",
        "Thanks [Will], that worked.",
        "Will the parcel arrive on Monday?",
        "Mark the ticket as done, please.",
        "Hope this helps you with the invoice.",
        "Grace period ends on Friday for all plans.",
        "May I ask for a new card?",
        "Chase the supplier for the report.",
    ]);
}

#[test]
fn families_and_two_owners_are_found() {
    persons(&[
        "The keys are [Bongani]'s and [Themba]'s.",
        "It was [Priya]'s or [Tom]'s idea, they said.",
        "We had dinner with the [van der Bergs] on Monday.",
        "The [O'Briens] are away until the end of the month.",
        "I met the [O'Briens] at the station.",
        "The [O'Sullivans] are away.",
        "The [O'Connors]' dog barks all night",
        "The [Joneses] have moved in next door.",
        "The [Joneses]' house is for sale.",
        "The [van Dykes] called about the leak.",
        "Our neighbours, the [van der Merwes], complained.",
        "We asked the [Hendersons] about the fence.",
        "The boxes of the Chromebooks and the lenses are here.",
        "[HanSolo] called about the invoice",
    ]);
}

#[test]
fn whom_to_phone_is_somebody() {
    let text = "Anna: 082 555 0101, Peter: 082 555 0102";
    assert!(find(text, TaggerUse::Balanced).iter().filter(|one| one.2 == 0).count() == 2, "{text}");
    check(&Json, r#"{"note":"Siobhan Gallagher 020 7946 0018"}"#, r#"{"note":"<PERSON> <PHONE_NUMBER>"}"#);
}

/// Tells which characters of a text are covered.
fn covered(text: &str) -> usize {
    find(text, TaggerUse::High).iter().map(|one| one.1 - one.0).sum()
}

#[test]
fn no_line_of_a_script_without_case_is_one_finding() {
    for text in [
        "서울에 사는 김민수 씨가 어제 전화했습니다 그리고 오늘 다시",
        "اتصل محمد علي أمس بخصوص الفاتورة الجديدة من فضلك",
        "דוד כהן התקשר אתמול בקשר לחשבונית החדשה שלו",
        "राम शर्मा ने कल बिल के बारे में फोन किया था",
        "สมชาย ใจดี โทรมาเมื่อวานนี้ เรื่องใบแจ้งหนี้ ของเขา",
        "田中さんは昨日 請求書について 電話しました そして 今日",
        "王小明昨天打电话来询问发票的事情",
        "እባክዎ ስለ ሂሳቤ ነገ ጠዋት ይደውሉልኝ አመሰግናለሁ በጣም",
        "தயவுசெய்து நாளை காலை என் கட்டணம் பற்றி அழைக்கவும் நன்றி",
    ] {
        assert_eq!(covered(text), 0, "{text}");
        check(&Text, text, text);
    }
    // A name in letters that have case is found beside them.
    check(&Text, "어제 Katherine Johnson called about the invoice", "어제 <PERSON> called about the invoice");
}

#[test]
fn an_unknown_language_does_no_harm() {
    let (mut changed, mut all) = (0, 0);
    for text in [
        "ბატონმა დავითმა დარეკა გუშინ ანგარიშის შესახებ და იკითხა",
        "tafadhali nipigie simu kuhusu ankara yangu ya mwezi uliopita asante sana",
        "mesedez deitu iezadazu fakturari buruz bihar goizean eskerrik asko",
        "pakitawagan po ako tungkol sa resibo ko bukas ng umaga salamat",
        "vinsamlegast hringdu í mig út af reikningnum mínum á morgun",
        "խնդրում եմ զանգահարեք ինձ վաղը հաշվի մասին շնորհակալություն",
        "xqwer vuttli porrat zendimo kaltru fenno gurbatik melsu",
    ] {
        let letters = text.chars().count();
        assert!(covered(text) * 2 < letters, "{text}: {:?}", find(text, TaggerUse::High));
        all += letters;
        changed +=
            find(text, TaggerUse::Balanced).iter().filter(|one| one.2 < 3).map(|one| one.1 - one.0).sum::<usize>();
    }
    // As it is shipped little is changed: words in lower case that nothing is known of, as names may be.
    assert!(changed * 7 <= all, "{changed} of {all} letters");
}

/// What takes small words and syllables away takes nobody's name along.
#[test]
fn names_that_look_like_small_words_are_found_where_they_are_names() {
    for (text, name) in [
        ("gặp john smith ở Hà Nội vào thứ Hai, về hóa đơn", "john smith"),
        ("cho maria gonzalez trước thứ Hai, ở Hà Nội, về hóa đơn", "maria gonzalez"),
        ("Khách hàng david miller không nhận được hàng", "david miller"),
        ("gọi lại cho katherine johnson trước thứ Hai", "katherine johnson"),
        ("The owner is mert kali and lives in Bristol.", "mert kali"),
        ("Spoke with mert this morning, He wants it.", "mert"),
    ] {
        let start = text.chars().count() - text.split_once(name).unwrap().1.chars().count() - name.len();
        let found = find(text, TaggerUse::Balanced);
        assert!(found.iter().any(|one| one.0 <= start && one.1 >= start + name.len()), "{text}: {found:?}");
    }
}

#[test]
fn small_words_of_languages_that_were_not_learnt_are_nobody() {
    persons(&[
        "Factura a fost trimisă de două ori și plata nu apare în cont.",
        "Tôi chưa nhận được hàng và cũng không thấy ai gọi điện.",
        "Ứng dụng bị lỗi khi đăng nhập từ tối hôm qua đến giờ.",
        "Cảm ơn bạn, máy đã chạy lại bình thường sau khi khởi động.",
        "Salamat sa tulong ninyo, ayos na ang lahat pagkatapos i-restart.",
        "Voisitteko tarkistaa laskun, koska summa veloitettiin kahdesti.",
        "Kargo hasarlı geldi ve içinden iki ürün eksik çıktı.",
        "Dün akşamdan beri uygulamaya giriş yapamıyorum.",
        "Mohon periksa tagihan saya karena saldo terpotong dua kali.",
        "Mohon hubungi [Siti Rahayu] besok pagi.",
        "Palun helistage [Kadri Tamm] homme hommikul.",
        "Anh [Trần Văn Minh] chưa nhận được hàng.",
        "I met [dua lipa] at the station yesterday.",
    ]);
    // In lower case, whom a family's name or a form of address begins is found as before, and nothing else.
    for (text, least) in [
        ("Xin gọi lại cho chị nguyễn thị hoa vào sáng mai.", 12),
        ("Anh trần văn minh chưa nhận được hàng.", 8),
        ("Đã nói chuyện với vũ thị mai về lỗi ứng dụng.", 7),
        ("Ẹ jọ̀ọ́ ẹ pe adebayo ogunlesi ní àárọ̀ ọ̀la.", 7),
    ] {
        let found: usize =
            find(text, TaggerUse::Balanced).iter().filter(|one| one.2 < 2).map(|one| one.1 - one.0).sum();
        assert!(found >= least, "{text}: {found}");
    }
}

#[test]
fn a_known_person_is_found_in_scripts_without_case() {
    for (name, note, left) in [
        ("김민수", "서울에 사는 김민수가 어제 전화했습니다", "서울에 사는 <PERSON>가 어제 전화했습니다"),
        ("王小明", "客户王小明昨天打电话来询问发票", "客户<PERSON>昨天打电话来询问发票"),
        ("田中太郎", "田中太郎さんは昨日電話しました", "<PERSON>さんは昨日電話しました"),
        ("محمد علي", "اتصل محمد علي أمس بخصوص الفاتورة", "اتصل <PERSON> أمس بخصوص الفاتورة"),
        ("דוד כהן", "אתמול דוד כהן התקשר", "אתמול <PERSON> התקשר"),
        ("राम शर्मा", "राम शर्मा ने कल फोन किया", "<PERSON> ने कल फोन किया"),
        ("สมชาย ใจดี", "คุณสมชายโทรมาเมื่อวานนี้", "คุณ<PERSON>โทรมาเมื่อวานนี้"),
    ] {
        let record = format!(r#"{{"customer_name":"{name}","note":"{note}"}}"#);
        check(&Json, &record, &format!(r#"{{"customer_name":"<PERSON>","note":"{left}"}}"#));
    }
}

/// An age is no code behind a town.
#[test]
fn an_age_is_no_part_of_an_address() {
    for (text, expected) in [
        ("Anna, 34 years old, lives here.", "<PERSON>, 34 years old, lives here."),
        ("Jean, 34 ans, habite ici.", "<PERSON>, 34 ans, habite ici."),
        ("Anna, 34 Jahre alt, wohnt hier.", "<PERSON>, 34 Jahre alt, wohnt hier."),
    ] {
        check(&Text, text, expected);
    }
}

#[test]
fn what_is_left_of_a_known_name_is_little() {
    for (record, expected) in [
        (
            r#"{"note":"I spoke with Zaphod today about it","assignee":"Zaphod Quux"}"#,
            r#"{"note":"I spoke with <PERSON> today about it","assignee":"<PERSON>"}"#,
        ),
        (r#"{"firstName":"Ada","t":"ada ok"}"#, r#"{"firstName":"<PERSON>","t":"<PERSON> ok"}"#),
        (
            r#"{"firstName":"Siobhan","note":"see siobhan_2 and Siobhan_Gallagher in the list"}"#,
            r#"{"firstName":"<PERSON>","note":"see <PERSON>_2 and <PERSON> in the list"}"#,
        ),
        (
            r#"{"lastName":"Gallagher","file":"gallagher_cv.pdf"}"#,
            r#"{"lastName":"<PERSON>","file":"<PERSON>_cv.pdf"}"#,
        ),
        (
            r#"{"firstName":"Ed","lastName":"Moss","note":"Ed was here today, ed and ED were not."}"#,
            r#"{"firstName":"<PERSON>","lastName":"<PERSON>","note":"<PERSON> was here today, ed and ED were not."}"#,
        ),
    ] {
        check(&Json, record, expected);
    }
}

#[test]
fn a_name_that_is_only_a_guess_stays_out_of_identifiers() {
    check(
        &Json,
        r#"{"note":"I spoke with Jackson on the phone today.","lib":"jackson-databind","by":"jackson"}"#,
        r#"{"note":"I spoke with <PERSON> on the phone today.","lib":"jackson-databind","by":"<PERSON>"}"#,
    );
    // Of whom a field tells, nothing is left.
    check(
        &Json,
        r#"{"lastName":"Okafor","host":"okafor-laptop-1"}"#,
        r#"{"lastName":"<PERSON>","host":"<PERSON>-laptop-1"}"#,
    );
}

#[test]
fn a_known_person_is_found_in_and_beside_links_and_mail() {
    check(
        &Json,
        r#"{"customer_name":"Katherine Okafor","link":"https://crm.example.com/u/katherine-okafor/x","note":"okafor, k@corp.com"}"#,
        r#"{"customer_name":"<PERSON>","link":"https://crm.example.com/u/<PERSON>/x","note":"<PERSON>, <EMAIL_ADDRESS>"}"#,
    );
}

#[test]
fn all_of_a_value_that_is_called_a_name_is_the_person() {
    check(
        &Json,
        r#"{"name":"Ivy Quenneville","note":"please tell Mr. Quenneville about it","tag":"Ivy"}"#,
        r#"{"name":"<PERSON>","note":"please tell Mr. <PERSON> about it","tag":"<PERSON>"}"#,
    );
    check(
        &Json,
        r#"{"lastName":"Quenneville","name":"Quenneville Hospital"}"#,
        r#"{"lastName":"<PERSON>","name":"<PERSON> Hospital"}"#,
    );
}

#[test]
fn a_family_is_known_again_with_its_particles_and_without_them() {
    for (record, expected) in [
        (
            r#"{"firstName":"Jan","lastName":"de Boer","note":"Please tell jan de boer that it is late, see jan_de_boer.pdf"}"#,
            r#"{"firstName":"<PERSON>","lastName":"<PERSON>","note":"Please tell <PERSON> that it is late, see <PERSON>.pdf"}"#,
        ),
        (
            r#"{"lastName":"van der Meer","note":"PLEASE TELL VAN DER MEER, or van der meer's wife"}"#,
            r#"{"lastName":"<PERSON>","note":"PLEASE TELL <PERSON>, or <PERSON>'s wife"}"#,
        ),
        (
            r#"{"fullName":"Ray Pope","note":"We told Pope. PLEASE TELL RAY POPE","at":"ray pope"}"#,
            r#"{"fullName":"<PERSON>","note":"We told <PERSON>. PLEASE TELL <PERSON>","at":"<PERSON>"}"#,
        ),
        (
            r#"{"note":"Ray Pope called. I told Pope that no pope called."}"#,
            r#"{"note":"<PERSON> called. I told <PERSON> that no pope called."}"#,
        ),
    ] {
        check(&Json, record, expected);
    }
}

/// A value is hidden since a note told of a part of it: the note's other parts are the same person's.
#[test]
fn a_value_that_turns_out_to_be_a_name_makes_all_of_it_known() {
    check(
        &Json,
        r#"{"ref":"Grace Hopperle","note":"Spoke to Grace about it, then told hopperle."}"#,
        r#"{"ref":"<PERSON>","note":"Spoke to <PERSON> about it, then told <PERSON>."}"#,
    );
    check(
        &Json,
        r#"{"ref":"Lovelace, Ada","note":"Spoke to Ada about it, then told lovelace."}"#,
        r#"{"ref":"<PERSON>","note":"Spoke to <PERSON> about it, then told <PERSON>."}"#,
    );
}

#[test]
fn a_name_that_is_hardly_a_word_is_found_in_lower_case() {
    check(
        &Json,
        r#"{"lastName":"Smith","note":"smith called, order 12"}"#,
        r#"{"lastName":"<PERSON>","note":"<PERSON> called, order 12"}"#,
    );
    check(
        &Json,
        r#"{"lastName":"Long","note":"it took long, said Long"}"#,
        r#"{"lastName":"<PERSON>","note":"it took long, said <PERSON>"}"#,
    );
}

#[test]
fn letters_of_one_name_are_one_however_they_are_written() {
    for (name, note) in [
        ("Παπαδόπουλος", "ΠΑΠΑΔΟΠΟΥΛΟΣ"),
        ("Strauß", "STRAUSS"),
        ("İlknur", "ilknur"),
        ("Işık", "ISIK"),
        ("Семёнов", "СЕМЕНОВ"),
        ("Nguyễn", "nguyen"),
    ] {
        check(
            &Json,
            &format!(r#"{{"lastName":"{name}","note":"{note}"}}"#),
            r#"{"lastName":"<PERSON>","note":"<PERSON>"}"#,
        );
    }
}

#[test]
fn whom_a_field_is_called_after_is_a_person_where_the_value_is_a_name() {
    check(
        &Json,
        r#"{"assignee":"Maria Lopez","reporter":"Sven Olofsson"}"#,
        r#"{"assignee":"<PERSON>","reporter":"<PERSON>"}"#,
    );
    check(
        &Json,
        r#"{"created_by":"Ada Lovelace","updatedBy":"Xqwelia Drommd","cc":"Anna Berg; Tom Stone","parties":["Anna Berg"]}"#,
        r#"{"created_by":"<PERSON>","updatedBy":"<PERSON>","cc":"<PERSON>","parties":["<PERSON>"]}"#,
    );
    // All of it, be its words something else besides.
    for name in ["Grace Hopper", "Rose Castle", "Dawn Light", "RAY POPE", "Lovelace, Ada", "Rose van der Meer"] {
        check(&Json, &format!(r#"{{"customer":"{name}"}}"#), r#"{"customer":"<PERSON>"}"#);
    }
    check(&Json, r#"{"customer":"Dr. Grace Hopper"}"#, r#"{"customer":"Dr. <PERSON>"}"#);
    for record in [
        r#"{"customer":"Chase Bank","client":"Mark Rose Ltd","driver":"Grace"}"#,
        r#"{"assignee":"Support Team","driver":"Realtek Audio","state":"Open"}"#,
        r#"{"sorted_by":"Maria Lopez","created_by":"system","issued_by":"Paris Office","by":"Support Team"}"#,
        r#"{"product":"Maria Lopez"}"#,
        r#"{"reporter":{"status":"Maria Lopez"}}"#,
    ] {
        check(&Json, record, record);
    }
}

/// Two fields have a part of the name each.
#[test]
fn whom_two_fields_name_is_known_in_one_word() {
    for handle in ["amyjohnson", "ajohnson", "johnsonamy", "AmyJohnson"] {
        check(
            &Json,
            &format!(r#"{{"firstName":"Amy","id":7,"lastName":"Johnson","note":"{handle} logged in again"}}"#),
            r#"{"firstName":"<PERSON>","id":7,"lastName":"<PERSON>","note":"<PERSON> logged in again"}"#,
        );
    }
}

#[test]
fn what_a_field_says_is_a_name_is_one_in_the_record_whatever_else_it_is() {
    check(
        &Json,
        r#"{"lastName":"Banda","note":"Mr Banda called, banda said no, BANDA paid"}"#,
        r#"{"lastName":"<PERSON>","note":"Mr <PERSON> called, banda said no, <PERSON> paid"}"#,
    );
    check(
        &Json,
        r#"{"lastName":"Page","at":"Page 4 of 10","see":"see page 4","by":"Page"}"#,
        r#"{"lastName":"<PERSON>","at":"Page 4 of 10","see":"see page 4","by":"<PERSON>"}"#,
    );
    check(
        &Json,
        r#"{"firstName":"Mia","lastName":"Price","note":"so mia said it again","sum":"Price: 20 EUR"}"#,
        r#"{"firstName":"<PERSON>","lastName":"<PERSON>","note":"so <PERSON> said it again","sum":"Price: 20 EUR"}"#,
    );
    check(
        &Json,
        r#"{"guest":"Mr Semisi Tuilagi","remark":"Tuilagi lost his key again, poor man"}"#,
        r#"{"guest":"Mr <PERSON>","remark":"<PERSON> lost his key again, poor man"}"#,
    );
    check(
        &Json,
        r#"{"note":"I met K. Adeyemi today, K.A. is to call the vendor."}"#,
        r#"{"note":"I met <PERSON> today, <PERSON> is to call the vendor."}"#,
    );
}

#[test]
fn who_stands_behind_a_title_is_a_person_before_an_ending_and_at_high_too() {
    for text in [
        "Leave it at Mr Adeleke's, please.",
        "Leave it at Mr Schmidt's, please.",
        "The key is at Mrs Walker's.",
        "the key is at Mrs Pargeter's, two doors down.",
        "It is Mr Okoye's.",
        "That car is Mr Walker's.",
        "She is a friend of Mrs Gomes's.",
        "Dinner at Mr Boyle's was great.",
        "We met at Mrs Pereira's for tea.",
        "Drop the forms off at Dr Schmidt's.",
    ] {
        let name = text.split("'s").next().unwrap().rsplit(' ').next().unwrap();
        let start = text.find(name).unwrap();
        for level in [TaggerUse::Balanced, TaggerUse::High] {
            let found = find(text, level);
            assert!(found.contains(&(start, start + name.len(), 0)), "{text} at {level:?}: {found:?}");
        }
    }
    persons(&[
        "Miss [Ford]: 4 points, Mr [Smith]: 3 points.",
        "dr [wood] is running late today",
        "ms [ford] pls call reception",
        "Call Dr [Park] now.",
        "Page Dr [Law] please.",
        "Bleep Dr [Das] if febrile.",
    ]);
}

#[test]
fn names_in_headers_are_whole_where_the_family_comes_first() {
    for header in ["From: Figueroa, Javier <info@corp.com>", "To: Bridges, Tom <t@corp.com>"] {
        let label = header.split(' ').next().unwrap();
        check(&Text, header, &format!("{label} <PERSON> <<EMAIL_ADDRESS>>"));
    }
}

#[test]
fn no_half_of_a_name_is_left_in_a_field() {
    for patient in ["Becker, Uwe", "uwe becker", "BECKER, UWE", "Uwe Becker jr.", "Uwe & Anna Becker", "Uwe Castle"] {
        check(
            &Json,
            &format!(r#"{{"patient":"{patient}","note":"Uwe called today about it"}}"#),
            r#"{"patient":"<PERSON>","note":"<PERSON> called today about it"}"#,
        );
    }
    check(
        &Json,
        r#"{"firstName":"Chase","note":"please chase Chase for payment"}"#,
        r#"{"firstName":"<PERSON>","note":"please chase <PERSON> for payment"}"#,
    );
    check(
        &Json,
        r#"{"firstName":"Will","note":"Will will be late"}"#,
        r#"{"firstName":"<PERSON>","note":"<PERSON> will be late"}"#,
    );
}

#[test]
fn who_lives_there_is_no_part_of_the_address() {
    for (text, expected) in [
        ("12 High Street, Leeds, Tom Becker", "<STREET_ADDRESS>, <PERSON>"),
        ("Flat 3, 12 High Street, Leeds, Sarah Pargeter", "<STREET_ADDRESS>, <PERSON>"),
        ("12 High Street, Leeds - Sarah Pargeter", "<STREET_ADDRESS> - <PERSON>"),
        ("10115 Berlin, Hauptstraße 5, Jochen Vogel", "<STREET_ADDRESS>, <PERSON>"),
        ("12 High Street, Leeds, West Yorkshire", "<STREET_ADDRESS>"),
        ("12 Galle Road, Colombo, Sri Lanka", "<STREET_ADDRESS>"),
        ("12 Beach Road, Freetown, Sierra Leone", "<STREET_ADDRESS>"),
        ("12 High Street, Bletchley, Milton Keynes", "<STREET_ADDRESS>"),
        ("350 Fifth Avenue, New York, NY 10118", "<STREET_ADDRESS>"),
    ] {
        check(&Text, text, expected);
    }
    check(
        &Json,
        r#"{"note":"Leeds LS1 4DY, 12 High Street, Tom Becker","x":"becker ok"}"#,
        r#"{"note":"<STREET_ADDRESS>, <PERSON>","x":"<PERSON> ok"}"#,
    );
}
