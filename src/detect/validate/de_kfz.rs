//! German vehicle registration marks: a district, one or two letters, one to four digits.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

use super::value;

/// The districts of the Fahrzeug-Zulassungsverordnung, with those that are no longer given but still driven.
const DISTRICTS: &str = "\
    A AA AB ABG ABI AC AE AH AIB AIC AK ALF ALZ AM AN ANA ANG ANK AP APD ARN ART AS ASL ASZ AT AU AUR AW AZ AZE AÖ B \
    BA BAD BAR BB BBG BBL BC BCH BD BE BED BER BF BGD BGL BH BI BID BIN BIR BIT BIW BK BKS BL BLB BLK BM BN BNA BO \
    BOG BOH BOR BOT BP BRA BRB BRG BRK BRL BRV BS BSB BSK BT BTF BUL BW BWL BYL BZ BÖ BÜD BÜR BÜS BÜZ C CA CAS CB CE \
    CHA CLP CLZ CO COC COE CR CUX CW D DA DAH DAN DAU DBR DD DE DEG DEL DGF DH DI DIL DIN DIZ DKB DL DLG DM DN DO \
    DON DU DUD DW DZ DÜW E EA EB EBE EBN EBS ECK ED EE EF EG EH EI EIC EIL EIN EIS EL EM EMD EMS EN ER ERB ERH ERK \
    ERZ ES ESB ESW EU EW F FB FD FDB FDS FEU FF FFB FG FI FKB FL FLÖ FN FO FOR FR FRG FRI FRW FS FT FTL FW FZ FÜ FÜS \
    G GA GAN GAP GC GD GDB GE GEL GEO GER GF GG GHA GHC GI GK GL GLA GM GMN GN GNT GOA GOH GP GR GRA GRH GRI GRM GRZ \
    GS GT GTH GUB GUN GV GVM GW GZ GÖ GÜ H HA HAB HAL HAM HAS HB HBN HBS HC HCH HD HDH HDL HE HEB HEF HEI HEL HER \
    HET HF HG HGN HGW HH HHM HI HIG HIP HK HL HM HMÜ HN HO HOG HOH HOL HOM HOR HOT HP HR HRO HS HSK HST HU HV HVL \
    HWI HX HY HZ HÖS IGB IK IL ILL IN IZ J JE JL JÜL K KA KB KC KE KEH KEL KEM KF KG KH KI KIB KK KL KLE KLZ KM KN \
    KO KR KRU KS KT KU KUS KW KY KYF KÖN KÖT KÖZ KÜN L LA LAN LAU LB LBS LBZ LC LD LDK LDS LEO LER LEV LF LG LH LI \
    LIB LIF LIP LL LM LN LOS LP LR LRO LSA LSN LSZ LU LUP LWL LÖ LÖB LÜN M MA MAB MAI MAK MAL MB MC MD ME MED MEG \
    MEI MEK MEL MER MET MG MGH MGN MH MHL MI MIL MK MKK ML MM MN MO MOD MOL MON MOS MQ MR MS MSE MSH MSP MST MTK MTL \
    MVL MW MY MYK MZ MZG MÜ MÜB MÜR N NAB NAI NAU NB ND NDH NE NEA NEB NEC NEN NES NEW NF NH NI NK NL NM NMB NMS NOH \
    NOL NOM NOR NP NR NRW NT NU NVP NW NWM NY NZ NÖ OA OAL OB OBB OBG OC OCH OD OE OF OG OH OHA OHV OHZ OK OL OP OPR \
    OS OSL OVI OVL OVP OZ P PA PAF PAN PAR PB PCH PE PEG PF PI PIR PL PLÖ PM PN PR PRÜ PS PW PZ QFT QLB R RA RC RD \
    RDG RE REG REH REI RG RH RI RID RIE RL RM RN RO ROD ROF ROK ROL ROS ROT ROW RP RPL RS RSL RT RU RV RW RZ RÜD RÜG \
    S SAB SAD SAL SAN SAW SB SBG SBK SC SCZ SDH SDL SDT SE SEB SEE SEF SEL SFB SFT SG SGH SH SHA SHG SHK SHL SI SIG \
    SIM SK SL SLE SLF SLG SLK SLN SLS SLZ SLÜ SM SMÜ SN SO SOB SOG SOK SON SP SPB SPN SR SRB SRO ST STA STB STD STE \
    STL STO SU SUL SW SWA SY SZ SZB SÄK SÖM SÜW TBB TDO TE TET TF TG THL THW TIR TO TP TR TS TT TUT TÖL TÜ UE UEM \
    UFF UH UL UM UN USI V VAI VB VEC VER VG VIB VIE VIT VK VOH VR VS W WA WAF WAK WAN WAR WAT WB WBS WDA WE WEL WEN \
    WER WES WF WG WHV WI WIL WIS WIT WIZ WK WL WLG WM WMS WN WND WO WOB WOH WOL WOR WOS WR WRN WS WSF WST WSW WT WTL \
    WTM WUG WUN WUR WW WZ WZL WÜ WÜM X Y Z ZE ZEL ZI ZIG ZP ZR ZW ZZ ÖHR ÜB";
static KNOWN: LazyLock<FxHashSet<&str>> = LazyLock::new(|| DISTRICTS.split(' ').collect());

/// Letters that are not given beside a district (FZV, Anlage 2).
const REFUSED: [&str; 5] = ["HJ", "KZ", "NS", "SA", "SS"];

pub(super) fn accepts(text: &str) -> bool {
    let mut parts = text.split([' ', '-']).filter(|part| !part.is_empty());
    let (Some(district), Some(letters), Some(number), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    // E is an electric vehicle, H a historic one.
    let number = number.strip_suffix(['E', 'H']).unwrap_or(number);
    let length = district.chars().count() + letters.len() + number.len();
    KNOWN.contains(district)
        && !REFUSED.contains(&letters)
        && (1..=2).contains(&letters.len())
        && (1..=4).contains(&number.len())
        && number.bytes().next().is_some_and(|first| (1..=9).contains(&value(first)))
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && length <= 8
}

#[cfg(test)]
mod tests {
    /// Fahrzeug-Zulassungsverordnung, Anlage 1 and 2: Berlin, Munich, Fürth, Hamburg.
    #[test]
    fn districts() {
        for text in ["B AB 1234", "M-XY 999", "FÜ-A-1", "HH AB 123E", "B  A 1H"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["QQ AB 123", "B SS 88", "B AB 0123", "B ABC 12", "B AB 12345", "B AB", "HH AB 12345H"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
