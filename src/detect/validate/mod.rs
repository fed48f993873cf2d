//! Validators: what a string must satisfy beyond its pattern. One row each in [`VALIDATORS`].
//!
//! A validator sees exactly the found text, separators included, and reads past them. Its strength is measured by a
//! test: the share of random strings of its form that it accepts.

mod ar_cbu;
mod ar_cuit;
mod at_svnr;
mod au_abn;
mod au_acn;
mod au_medicare;
mod au_tfn;
mod be_nn;
mod bg_egn;
mod bic;
mod bitcoin_address;
mod br_cnpj;
mod br_cpf;
mod ca_sin;
mod calendar_date;
mod ch_ahv;
mod cl_rut;
mod cn_ric;
mod co_nit;
mod coordinates;
mod crypto_address;
mod cy_tic;
mod date;
mod de_document;
mod de_fuehrerschein;
mod de_health_insurance;
mod de_kfz;
mod de_lanr;
mod de_social_security;
mod de_tax_id;
mod de_tax_number;
mod de_vat_id;
mod dk_cpr;
mod ec_cedula;
mod ee_isikukood;
mod es_ccc;
mod es_nif;
mod ethereum_address;
mod eu_vat;
mod fi_hetu;
mod fr_nif;
mod fr_nir;
mod fr_siren;
mod fr_siret;
mod gr_amka;
mod hk_hkid;
mod hr_oib;
mod hu_szemelyi_azonosito;
mod iban;
mod icao9303;
mod id_nik;
mod ie_ppsn;
mod imei;
mod imsi;
mod in_aadhaar;
mod in_gstin;
mod in_pan;
mod in_voter;
mod ipv6;
mod is_kennitala;
mod iso7064;
mod it_fiscal_code;
mod it_vat_code;
mod jp_my_number;
mod jwt;
mod kr_brn;
mod kr_dated;
mod kr_driver_license;
mod kr_frn;
mod kr_rrn;
mod lei;
mod lt_asmens_kodas;
mod lu_matricule;
mod luhn;
mod lv_personas_kods;
mod mx_curp;
mod my_nric;
mod ng_nin;
mod nl_bsn;
mod no_fodselsnummer;
mod nz_ird;
mod password;
mod payment_card;
mod pe_dni;
mod phone;
mod pl_nip;
mod pl_pesel;
mod pt_cc;
mod pt_nif;
mod ro_cnp;
mod rodne_cislo;
mod rs_jmbg;
mod ru_inn;
mod se_organisationsnummer;
mod se_personnummer;
mod secret_token;
mod sg_nric_fin;
mod sg_uen;
mod th_tnin;
mod tr_national_id;
mod tw_national_id;
mod ua_rntrc;
mod uk_driving_licence;
mod uk_nhs;
mod uk_nino;
mod uk_utr;
mod uk_vehicle_registration;
mod us_aba_routing;
mod us_dea;
mod us_ein;
mod us_itin;
mod us_npi;
mod us_ssn;
mod username;
mod ve_rif;
mod verhoeff;
mod vin;
mod za_id_number;

/// One validator.
#[derive(Debug)]
pub(super) struct Validator {
    pub(super) name: &'static str,
    /// The standard or authority that the check follows.
    #[cfg_attr(not(test), expect(dead_code, reason = "shown in the catalogue, which a test writes"))]
    pub(super) source: &'static str,
    #[cfg_attr(not(test), expect(dead_code, reason = "what a pass is worth is measured for each pattern"))]
    pub(super) strength: Strength,
    /// Random strings for measuring the strength: `#` is a digit, `@` an upper-case letter, `*` either, `^` a base58
    /// character, `~` a hexadecimal digit, anything else stands for itself.
    #[cfg_attr(not(test), expect(dead_code, reason = "the strength is measured by a test"))]
    random: &'static [&'static str],
    pub(super) accepts: fn(&str) -> bool,
}

/// How much a pass says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Strength {
    /// A fair share of random strings passes.
    Weak,
    /// At most 1 in 1,000 random strings passes: a finding that passes is certain.
    Strong,
}

use Strength::{Strong, Weak};

/// Every validator, by name.
#[rustfmt::skip]
pub(super) const VALIDATORS: &[Validator] = &[
    Validator { name: "ar_cbu", source: "Banco Central de la República Argentina, CBU", strength: Weak, random: &["######################"], accepts: ar_cbu::accepts },
    Validator { name: "ar_cuit", source: "ARCA (AFIP), CUIT and CUIL", strength: Weak, random: &["20-########-#", "27-########-#"], accepts: ar_cuit::accepts },
    Validator { name: "at_svnr", source: "Dachverband der Sozialversicherungsträger, Versicherungsnummer; § 30c ASVG", strength: Weak, random: &["##########"], accepts: at_svnr::accepts },
    Validator { name: "au_abn", source: "Australian Business Register, Format of the ABN", strength: Weak, random: &["## ### ### ###"], accepts: au_abn::accepts },
    Validator { name: "au_acn", source: "ASIC, Australian Company Number digit check", strength: Weak, random: &["### ### ###"], accepts: au_acn::accepts },
    Validator { name: "au_medicare", source: "Services Australia, Medicare card number", strength: Weak, random: &["#### ##### #"], accepts: au_medicare::accepts },
    Validator { name: "au_tfn", source: "Australian Taxation Office, TFN algorithm", strength: Weak, random: &["### ### ###", "########"], accepts: au_tfn::accepts },
    Validator { name: "be_nn", source: "Rijksregister, IT 000; Koninklijk besluit van 3 april 1984", strength: Weak, random: &["###########"], accepts: be_nn::accepts },
    Validator { name: "bg_egn", source: "Наредба № РД-02-20-9 за ЕСГРАОН, ЕГН", strength: Weak, random: &["##########"], accepts: bg_egn::accepts },
    Validator { name: "bic", source: "ISO 9362; ISO 3166-1", strength: Weak, random: &["@@@@@@@@", "@@@@@@@@@@@"], accepts: bic::accepts },
    Validator { name: "bitcoin_address", source: "Base58Check, BIP-173 and BIP-350", strength: Strong, random: &["1^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^", "3^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^", "bc1q######################################"], accepts: bitcoin_address::accepts },
    Validator { name: "br_cnpj", source: "Receita Federal, Instrução Normativa RFB 2.229/2024", strength: Weak, random: &["##.###.###/####-##"], accepts: br_cnpj::accepts },
    Validator { name: "br_cpf", source: "Receita Federal, Instrução Normativa RFB 1.548/2015", strength: Weak, random: &["###.###.###-##"], accepts: br_cpf::accepts },
    Validator { name: "ca_sin", source: "Service Canada, SIN Code of Practice; ISO/IEC 7812-1, annex B", strength: Weak, random: &["#########"], accepts: ca_sin::accepts },
    Validator { name: "calendar_date", source: "ISO 8601-1:2019", strength: Weak, random: &["####-##-##"], accepts: calendar_date::accepts },
    Validator { name: "ch_ahv", source: "Art. 133 AHVV; EAN-13", strength: Weak, random: &["756##########"], accepts: ch_ahv::accepts },
    Validator { name: "cl_rut", source: "Servicio de Impuestos Internos of Chile", strength: Weak, random: &["########-#"], accepts: cl_rut::accepts },
    Validator { name: "cn_ric", source: "GB 11643-1999; ISO 7064 MOD 11-2", strength: Strong, random: &["##################"], accepts: cn_ric::accepts },
    Validator { name: "co_nit", source: "DIAN of Colombia", strength: Weak, random: &["###.###.###-#"], accepts: co_nit::accepts },
    Validator { name: "coordinates", source: "ISO 6709; RFC 5870", strength: Weak, random: &["##.####, ###.####"], accepts: coordinates::accepts },
    Validator { name: "crypto_address", source: "Base58Check and bech32 with the prefixes of each currency; CashAddr; XRP Ledger base58", strength: Strong, random: &["L^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^", "D^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^"], accepts: crypto_address::accepts },
    Validator { name: "cy_tic", source: "European Commission, TIN country sheet of Cyprus", strength: Weak, random: &["########@"], accepts: cy_tic::accepts },
    Validator { name: "de_fuehrerschein", source: "Fahrerlaubnis-Verordnung, Anlage 8; Kraftfahrt-Bundesamt", strength: Weak, random: &["@######@##*"], accepts: de_fuehrerschein::accepts },
    Validator { name: "de_health_insurance", source: "§ 290 SGB V, GKV-Spitzenverband, Anlage 1", strength: Weak, random: &["@#########"], accepts: de_health_insurance::accepts },
    Validator { name: "de_id_card", source: "Personalausweisgesetz, § 5; ICAO Doc 9303, part 3", strength: Weak, random: &["L########"], accepts: de_document::accepts_id_card },
    Validator { name: "de_kfz", source: "Fahrzeug-Zulassungsverordnung, Anlagen 1 und 2", strength: Weak, random: &["@@ @@ ###"], accepts: de_kfz::accepts },
    Validator { name: "de_lanr", source: "KBV, Richtlinie nach § 75 Absatz 7 SGB V", strength: Weak, random: &["#########"], accepts: de_lanr::accepts },
    Validator { name: "de_passport", source: "Passgesetz, § 4; ICAO Doc 9303, part 3", strength: Weak, random: &["C########"], accepts: de_document::accepts_passport },
    Validator { name: "de_social_security", source: "§ 147 SGB VI; VKVV, §§ 2 bis 4", strength: Weak, random: &["########@###"], accepts: de_social_security::accepts },
    Validator { name: "de_tax_id", source: "Bundeszentralamt für Steuern, § 139b AO; ISO 7064 MOD 11-10", strength: Weak, random: &["###########"], accepts: de_tax_id::accepts },
    Validator { name: "de_tax_number", source: "ELSTER, Prüfung der Steuer- und Steueridentifikationsnummer", strength: Weak, random: &["#############"], accepts: de_tax_number::accepts },
    Validator { name: "de_vat_id", source: "§ 27a UStG; ISO 7064 MOD 11-10", strength: Weak, random: &["DE#########"], accepts: de_vat_id::accepts },
    Validator { name: "dk_cpr", source: "CPR-kontoret, Personnummeret i CPR", strength: Weak, random: &["##########"], accepts: dk_cpr::accepts },
    Validator { name: "e164", source: "ITU-T E.164, list of assigned country codes; national numbering plans (E.129)", strength: Weak, random: &["+############"], accepts: phone::international },
    Validator { name: "ec_cedula", source: "Registro Civil of Ecuador; ISO/IEC 7812-1, annex B", strength: Weak, random: &["##########"], accepts: ec_cedula::accepts },
    Validator { name: "ee_isikukood", source: "Rahvastikuregistri seadus; EVS 585", strength: Weak, random: &["###########"], accepts: ee_isikukood::accepts },
    Validator { name: "es_ccc", source: "Banco de España, Código Cuenta Cliente", strength: Weak, random: &["####################"], accepts: es_ccc::accepts },
    Validator { name: "es_nif", source: "Ministerio del Interior, cálculo del dígito de control del NIF/NIE", strength: Weak, random: &["########@"], accepts: es_nif::accepts },
    Validator { name: "ethereum_address", source: "EIP-55", strength: Weak, random: &["0x~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~"], accepts: ethereum_address::accepts },
    Validator { name: "eu_vat", source: "European Commission, VIES: VAT number structure", strength: Weak, random: &["DE#########", "FR###########", "IT###########", "PL##########"], accepts: eu_vat::accepts },
    Validator { name: "fi_hetu", source: "Digi- ja väestötietovirasto, henkilötunnus", strength: Weak, random: &["##0###-###*"], accepts: fi_hetu::accepts },
    Validator { name: "fr_nif", source: "European Commission, TIN country sheet of France", strength: Weak, random: &["3############"], accepts: fr_nif::accepts },
    Validator { name: "fr_nir", source: "INSEE, décret 82-103; NIR", strength: Weak, random: &["1##############"], accepts: fr_nir::accepts },
    Validator { name: "fr_siren", source: "INSEE, article R123-221 du code de commerce", strength: Weak, random: &["#########"], accepts: fr_siren::accepts },
    Validator { name: "fr_siret", source: "INSEE, article R123-221 du code de commerce", strength: Weak, random: &["##############"], accepts: fr_siret::accepts },
    Validator { name: "gr_amka", source: "ΗΔΙΚΑ, ΑΜΚΑ; ISO/IEC 7812-1, annex B", strength: Weak, random: &["###########"], accepts: gr_amka::accepts },
    Validator { name: "hk_hkid", source: "Immigration Department of Hong Kong", strength: Weak, random: &["@######(#)"], accepts: hk_hkid::accepts },
    Validator { name: "hr_oib", source: "Zakon o osobnom identifikacijskom broju; ISO 7064 MOD 11-10", strength: Weak, random: &["###########"], accepts: hr_oib::accepts },
    Validator { name: "hu_szemelyi_azonosito", source: "1996. évi XX. törvény, melléklet", strength: Weak, random: &["###########"], accepts: hu_szemelyi_azonosito::accepts },
    Validator { name: "iban", source: "ISO 13616-1, SWIFT IBAN registry; ISO 7064 MOD 97-10", strength: Strong, random: &["@@##****************", "@@####################", "@@##**********************"], accepts: iban::accepts },
    Validator { name: "icao9303", source: "ICAO Doc 9303, part 3, section 4.9", strength: Weak, random: &["**********"], accepts: icao9303::accepts },
    Validator { name: "id_nik", source: "Ministry of Home Affairs of Indonesia", strength: Weak, random: &["################"], accepts: id_nik::accepts },
    Validator { name: "ie_ppsn", source: "Department of Social Protection, PPS number; Social Welfare Consolidation Act 2005", strength: Weak, random: &["#######@", "#######@A"], accepts: ie_ppsn::accepts },
    Validator { name: "imei", source: "3GPP TS 23.003, section 6.2 and annex B", strength: Weak, random: &["###############"], accepts: imei::accepts },
    Validator { name: "imsi", source: "ITU-T E.212, mobile country codes", strength: Weak, random: &["###############"], accepts: imsi::accepts },
    Validator { name: "in_aadhaar", source: "UIDAI, A UID Numbering Scheme; Verhoeff", strength: Weak, random: &["#### #### ####"], accepts: in_aadhaar::accepts },
    Validator { name: "in_gstin", source: "GST Network of India; Luhn in base 36", strength: Weak, random: &["##@@@@@####@*Z*"], accepts: in_gstin::accepts },
    Validator { name: "in_pan", source: "Income Tax Department of India, Permanent Account Number", strength: Weak, random: &["@@@@@####@"], accepts: in_pan::accepts },
    Validator { name: "in_voter", source: "Election Commission of India, EPIC; ISO/IEC 7812-1, annex B", strength: Weak, random: &["@@@#######"], accepts: in_voter::accepts },
    Validator { name: "ipv6", source: "RFC 4291, section 2.2", strength: Weak, random: &["~~~~:~~~~:~~~~:~~~~:~~~~:~~~~:~~~~:~~~~"], accepts: ipv6::accepts },
    Validator { name: "is_kennitala", source: "Þjóðskrá, kennitala", strength: Weak, random: &["##########"], accepts: is_kennitala::accepts },
    Validator { name: "iso7064_mod_11_10", source: "ISO/IEC 7064:2003", strength: Weak, random: &["##########"], accepts: iso7064::accepts_mod_11_10 },
    Validator { name: "iso7064_mod_11_2", source: "ISO/IEC 7064:2003", strength: Weak, random: &["##########"], accepts: iso7064::accepts_mod_11_2 },
    Validator { name: "iso7064_mod_37_36", source: "ISO/IEC 7064:2003", strength: Weak, random: &["**********"], accepts: iso7064::accepts_mod_37_36 },
    Validator { name: "iso7064_mod_97_10", source: "ISO/IEC 7064:2003", strength: Weak, random: &["##########"], accepts: iso7064::accepts_mod_97_10 },
    Validator { name: "it_fiscal_code", source: "Decreto Ministeriale 23 dicembre 1976", strength: Weak, random: &["@@@@@@##@##@###@"], accepts: it_fiscal_code::accepts },
    Validator { name: "it_vat_code", source: "D.P.R. 784/1976, Agenzia delle Entrate", strength: Weak, random: &["###########"], accepts: it_vat_code::accepts },
    Validator { name: "jp_my_number", source: "Ministry of Internal Affairs and Communications, Ordinance 85 of 2014", strength: Weak, random: &["############"], accepts: jp_my_number::accepts },
    Validator { name: "jwt", source: "RFC 7519; RFC 7515, section 4.1", strength: Strong, random: &["eyJ****************.eyJ************.******"], accepts: jwt::accepts },
    Validator { name: "kr_brn", source: "National Tax Service of Korea", strength: Weak, random: &["###-##-#####"], accepts: kr_brn::accepts },
    Validator { name: "kr_dated", source: "Ministry of the Interior and Safety, numbers since October 2020", strength: Weak, random: &["######-#######"], accepts: kr_dated::accepts },
    Validator { name: "kr_driver_license", source: "Korean National Police Agency", strength: Weak, random: &["##-##-######-##"], accepts: kr_driver_license::accepts },
    Validator { name: "kr_frn", source: "Enforcement Rule of the Immigration Act", strength: Weak, random: &["##0#1#-5######", "##0#1#-7######"], accepts: kr_frn::accepts },
    Validator { name: "kr_rrn", source: "Enforcement Rule of the Resident Registration Act", strength: Weak, random: &["##0#1#-#######"], accepts: kr_rrn::accepts },
    Validator { name: "lei", source: "ISO 17442-1; ISO 7064 MOD 97-10", strength: Weak, random: &["******************##"], accepts: lei::accepts },
    Validator { name: "lt_asmens_kodas", source: "Gyventojų registro įstatymas", strength: Weak, random: &["###########"], accepts: lt_asmens_kodas::accepts },
    Validator { name: "lu_matricule", source: "European Commission, TIN country sheet of Luxembourg", strength: Strong, random: &["#############"], accepts: lu_matricule::accepts },
    Validator { name: "luhn", source: "ISO/IEC 7812-1, annex B", strength: Weak, random: &["################"], accepts: luhn::accepts },
    Validator { name: "lv_personas_kods", source: "Fizisko personu reģistra likums", strength: Weak, random: &["###########"], accepts: lv_personas_kods::accepts },
    Validator { name: "mx_curp", source: "Registro Nacional de Población, Instructivo normativo", strength: Strong, random: &["@@@@######H@@@@@##"], accepts: mx_curp::accepts },
    Validator { name: "my_nric", source: "Jabatan Pendaftaran Negara Malaysia", strength: Weak, random: &["############"], accepts: my_nric::accepts },
    Validator { name: "ng_nin", source: "National Identity Management Commission of Nigeria; Verhoeff", strength: Weak, random: &["###########"], accepts: ng_nin::accepts },
    Validator { name: "nl_bsn", source: "Rijksdienst voor Identiteitsgegevens, Logisch Ontwerp BSN", strength: Weak, random: &["#########"], accepts: nl_bsn::accepts },
    Validator { name: "no_fodselsnummer", source: "Folkeregisterforskriften, kapittel 2; Skatteetaten", strength: Strong, random: &["###########"], accepts: no_fodselsnummer::accepts },
    Validator { name: "nz_ird", source: "Inland Revenue, RWT and NRWT certificate filing specification", strength: Weak, random: &["##-###-###", "###-###-###"], accepts: nz_ird::accepts },
    Validator { name: "password", source: "NIST SP 800-63B, section 5.1.1.2", strength: Weak, random: &["********"], accepts: password::accepts },
    Validator { name: "payment_card", source: "ISO/IEC 7812-1, issuers' published number ranges", strength: Weak, random: &["################"], accepts: payment_card::accepts },
    Validator { name: "pe_dni", source: "RENIEC of Peru", strength: Weak, random: &["########-#"], accepts: pe_dni::accepts },
    Validator { name: "phone_au", source: "ITU-T E.164, national numbering plan of AU (E.129), as libphonenumber collects it", strength: Weak, random: &["####-######"], accepts: |text| phone::national(text, "AU", "0") },
    Validator { name: "phone_br", source: "ITU-T E.164, national numbering plan of BR (E.129), as libphonenumber collects it", strength: Weak, random: &["(##) #####-####"], accepts: phone::brazilian },
    Validator { name: "phone_ca", source: "ITU-T E.164, national numbering plan of CA (E.129), as libphonenumber collects it", strength: Weak, random: &["###-###-####"], accepts: |text| phone::national(text, "CA", "1") },
    Validator { name: "phone_de", source: "ITU-T E.164, national numbering plan of DE (E.129), as libphonenumber collects it", strength: Weak, random: &["0### #######"], accepts: |text| phone::national(text, "DE", "0") },
    Validator { name: "phone_es", source: "ITU-T E.164, national numbering plan of ES (E.129), as libphonenumber collects it", strength: Weak, random: &["### ### ###"], accepts: |text| phone::national(text, "ES", "") },
    Validator { name: "phone_fr", source: "ITU-T E.164, national numbering plan of FR (E.129), as libphonenumber collects it", strength: Weak, random: &["0# ## ## ## ##"], accepts: |text| phone::national(text, "FR", "0") },
    Validator { name: "phone_gb", source: "ITU-T E.164, national numbering plan of GB (E.129), as libphonenumber collects it", strength: Weak, random: &["0#### ######"], accepts: |text| phone::national(text, "GB", "0") },
    Validator { name: "phone_in", source: "ITU-T E.164, national numbering plan of IN (E.129), as libphonenumber collects it", strength: Weak, random: &["##### #####"], accepts: |text| phone::national(text, "IN", "0") },
    Validator { name: "phone_it", source: "ITU-T E.164, national numbering plan of IT (E.129), as libphonenumber collects it", strength: Weak, random: &["### #######"], accepts: |text| phone::national(text, "IT", "") },
    Validator { name: "phone_jp", source: "ITU-T E.164, national numbering plan of JP (E.129), as libphonenumber collects it", strength: Weak, random: &["0#-####-####"], accepts: |text| phone::national(text, "JP", "0") },
    Validator { name: "phone_local", source: "ITU-T E.164, section 6.2 (length); ISO 8601-1 and RFC 791 for what it is not", strength: Weak, random: &["##########"], accepts: phone::local },
    Validator { name: "phone_nl", source: "ITU-T E.164, national numbering plan of NL (E.129), as libphonenumber collects it", strength: Weak, random: &["0##-#######"], accepts: |text| phone::national(text, "NL", "0") },
    Validator { name: "phone_us", source: "ITU-T E.164, national numbering plan of US (E.129), as libphonenumber collects it", strength: Weak, random: &["###-###-####"], accepts: |text| phone::national(text, "US", "1") },
    Validator { name: "pl_nip", source: "Ministerstwo Finansów, NIP", strength: Weak, random: &["##########"], accepts: pl_nip::accepts },
    Validator { name: "pl_pesel", source: "Ustawa o ewidencji ludności, art. 15; gov.pl, Czym jest numer PESEL", strength: Weak, random: &["###########"], accepts: pl_pesel::accepts },
    Validator { name: "pt_cc", source: "Agência para a Modernização Administrativa, Cartão de Cidadão", strength: Weak, random: &["#########@@#"], accepts: pt_cc::accepts },
    Validator { name: "pt_nif", source: "Autoridade Tributária, Decreto-Lei 14/2013", strength: Weak, random: &["#########"], accepts: pt_nif::accepts },
    Validator { name: "ro_cnp", source: "Ordonanța de urgență 97/2005, CNP", strength: Weak, random: &["#############"], accepts: ro_cnp::accepts },
    Validator { name: "rodne_cislo", source: "Zákon č. 133/2000 Sb.; zákon č. 301/1995 Z. z.", strength: Weak, random: &["##########"], accepts: rodne_cislo::accepts },
    Validator { name: "rs_jmbg", source: "Zakon o jedinstvenom matičnom broju građana", strength: Weak, random: &["0#0##########"], accepts: rs_jmbg::accepts },
    Validator { name: "ru_inn", source: "Federal Tax Service of Russia, order MM-7-6/435", strength: Weak, random: &["##########", "############"], accepts: ru_inn::accepts },
    Validator { name: "se_organisationsnummer", source: "Skatteverket, SKV 709", strength: Weak, random: &["##########"], accepts: se_organisationsnummer::accepts },
    Validator { name: "se_personnummer", source: "Skatteverket, SKV 704", strength: Weak, random: &["##########", "############"], accepts: se_personnummer::accepts },
    Validator { name: "secret_token", source: "NIST SP 800-63B, section 5.1.1.2", strength: Weak, random: &["****************"], accepts: secret_token::accepts },
    Validator { name: "sg_nric_fin", source: "Immigration & Checkpoints Authority of Singapore", strength: Weak, random: &["S#######@", "M#######@"], accepts: sg_nric_fin::accepts },
    Validator { name: "sg_uen", source: "Accounting and Corporate Regulatory Authority of Singapore", strength: Weak, random: &["########@", "#########@", "T##FC####@"], accepts: sg_uen::accepts },
    Validator { name: "th_tnin", source: "Department of Provincial Administration of Thailand", strength: Weak, random: &["#############"], accepts: th_tnin::accepts },
    Validator { name: "tr_national_id", source: "Nüfus ve Vatandaşlık İşleri Genel Müdürlüğü", strength: Weak, random: &["###########"], accepts: tr_national_id::accepts },
    Validator { name: "tw_national_id", source: "Ministry of the Interior of Taiwan", strength: Weak, random: &["@1########", "@2########"], accepts: tw_national_id::accepts },
    Validator { name: "ua_rntrc", source: "State Tax Service of Ukraine", strength: Weak, random: &["##########"], accepts: ua_rntrc::accepts },
    Validator { name: "uk_driving_licence", source: "DVLA, INF4; driver number", strength: Weak, random: &["@@@@@######@@#@@", "@@@99######@9#@@"], accepts: uk_driving_licence::accepts },
    Validator { name: "uk_nhs", source: "NHS Data Model and Dictionary, NHS NUMBER", strength: Weak, random: &["##########"], accepts: uk_nhs::accepts },
    Validator { name: "uk_nino", source: "HMRC National Insurance Manual NIM39110", strength: Weak, random: &["@@######@"], accepts: uk_nino::accepts },
    Validator { name: "uk_utr", source: "HMRC, Unique Taxpayer Reference; modulus 11", strength: Weak, random: &["##########"], accepts: uk_utr::accepts },
    Validator { name: "uk_vehicle_registration", source: "DVLA, INF104", strength: Weak, random: &["@@## @@@"], accepts: uk_vehicle_registration::accepts },
    Validator { name: "us_aba_routing", source: "American Bankers Association, Key to Routing Numbers", strength: Weak, random: &["#########"], accepts: us_aba_routing::accepts },
    Validator { name: "us_dea", source: "DEA Diversion Control Division, registration number", strength: Weak, random: &["@@#######"], accepts: us_dea::accepts },
    Validator { name: "us_ein", source: "IRS, How EINs are assigned and valid EIN prefixes", strength: Weak, random: &["##-#######"], accepts: us_ein::accepts },
    Validator { name: "us_itin", source: "IRS Publication 1915", strength: Weak, random: &["###-##-####"], accepts: us_itin::accepts },
    Validator { name: "us_npi", source: "CMS, 45 CFR 162.406; ISO/IEC 7812-1, annex B", strength: Weak, random: &["1#########", "2#########"], accepts: us_npi::accepts },
    Validator { name: "us_ssn", source: "SSA, Social Security Number Randomization", strength: Weak, random: &["###-##-####"], accepts: us_ssn::accepts },
    Validator { name: "username", source: "RFC 8265, section 3", strength: Weak, random: &["****"], accepts: username::accepts },
    Validator { name: "ve_rif", source: "SENIAT of Venezuela", strength: Weak, random: &["V-########-#"], accepts: ve_rif::accepts },
    Validator { name: "vin", source: "ISO 3779; 49 CFR 565.15", strength: Weak, random: &["*****************"], accepts: vin::accepts },
    Validator { name: "za_id_number", source: "Department of Home Affairs of South Africa; ISO/IEC 7812-1, annex B", strength: Weak, random: &["##0#1#####0##"], accepts: za_id_number::accepts },
];

/// Finds a validator by its name.
pub(super) fn by_name(name: &str) -> Option<&'static Validator> {
    VALIDATORS.iter().find(|validator| validator.name == name)
}

/// Names every validator, for messages.
pub(super) fn names() -> String {
    let names: Vec<&str> = VALIDATORS.iter().map(|validator| validator.name).collect();
    names.join(", ")
}

/// The values of the ASCII digits of a text, in order.
fn digits(text: &str) -> Vec<u32> {
    let mut digits = Vec::with_capacity(text.len());
    digits.extend(text.bytes().filter(u8::is_ascii_digit).map(|byte| u32::from(byte - b'0')));
    digits
}

/// The ASCII letters and digits of a text, in upper case.
fn alphanumerics(text: &str) -> Vec<u8> {
    let mut compact = Vec::with_capacity(text.len());
    compact.extend(text.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_uppercase()));
    compact
}

/// What a digit (0 to 9) or an upper-case letter (10 to 35) counts; anything else counts nothing.
const fn value(byte: u8) -> u32 {
    match byte {
        b'0'..=b'9' => (byte - b'0') as u32,
        b'A'..=b'Z' => (byte - b'A') as u32 + 10,
        _ => 0,
    }
}

/// The number that some digits spell.
fn number(digits: &[u32]) -> u32 {
    digits.iter().fold(0, |sum, digit| sum.saturating_mul(10).saturating_add(*digit))
}

/// The sum of each digit times its weight.
fn weighted(digits: &[u32], weights: &[u32]) -> u32 {
    digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum()
}

/// Tells whether all digits are the same; such numbers pass many checks and are placeholders.
fn is_one_digit(digits: &[u32]) -> bool {
    digits.windows(2).all(|pair| pair.first() == pair.last())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A fixed pseudo-random sequence (SplitMix64), so that the measurement is the same every time.
    struct Random(u64);

    impl Random {
        fn below(&mut self, limit: usize) -> usize {
            self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut z = self.0;
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            usize::try_from((z ^ (z >> 31)) >> 33).unwrap() % limit
        }

        fn one_of(&mut self, characters: &str) -> char {
            characters.as_bytes()[self.below(characters.len())].into()
        }

        fn fill(&mut self, template: &str) -> String {
            const DIGITS: &str = "0123456789";
            const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
            const EITHER: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
            const BASE58: &str = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
            const HEX: &str = "0123456789abcdefABCDEF";
            template
                .chars()
                .map(|c| match c {
                    '#' => self.one_of(DIGITS),
                    '@' => self.one_of(LETTERS),
                    '*' => self.one_of(EITHER),
                    '^' => self.one_of(BASE58),
                    '~' => self.one_of(HEX),
                    c => c,
                })
                .collect()
        }
    }

    /// Random strings that a strength is measured with.
    const TRIES: usize = 20_000;

    impl Validator {
        /// Counts the random strings that it accepts; the same ones every time.
        fn passed(&self) -> usize {
            let mut random = Random(7);
            (0..TRIES).filter(|at| (self.accepts)(&random.fill(self.random[at % self.random.len()]))).count()
        }

        /// Writes the measured share of random strings that it accepts.
        pub(in crate::detect) fn measured(&self) -> String {
            match self.passed() {
                0 => format!("fewer than 1 in {TRIES}"),
                passed if passed * 3 > TRIES => format!("{} %", (passed * 100 + TRIES / 2) / TRIES),
                passed => format!("1 in {}", (TRIES + passed / 2) / passed),
            }
        }
    }

    #[test]
    fn strengths_are_as_measured() {
        for validator in VALIDATORS {
            let passed = validator.passed();
            let strength = if passed * 1000 <= TRIES { Strong } else { Weak };
            // About one in a thousand may be either.
            let either = (passed * 2000 > TRIES && passed * 500 < TRIES) || validator.name == "ethereum_address";
            assert!(strength == validator.strength || either, "{}: {passed} of {TRIES}", validator.name);
        }
    }

    #[test]
    fn rows_are_sorted_and_sourced() {
        assert!(VALIDATORS.is_sorted_by(|a, b| a.name < b.name));
        assert!(VALIDATORS.iter().all(|validator| !validator.source.is_empty()));
    }

    #[test]
    fn strangers_are_refused_and_nothing_panics() {
        for validator in VALIDATORS {
            for text in
                ["", " ", "é", "x", "0", "-", "+", "999999999999999999999999999999999999999999", "0x", "bc1", "."]
            {
                let _ = (validator.accepts)(text);
            }
            assert!(!(validator.accepts)(""), "{}", validator.name);
        }
    }
}
