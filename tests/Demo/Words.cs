namespace StyleShare.Demo;

/// <summary>What the people of the demo are called and what they write.</summary>
internal static class Words
{
    public static readonly (string Hangul, string Latin)[] Surnames =
    [
        ("김", "kim"), ("이", "lee"), ("박", "park"), ("최", "choi"), ("정", "jung"), ("강", "kang"), ("조", "cho"),
        ("윤", "yoon"), ("장", "jang"), ("임", "lim"), ("한", "han"), ("오", "oh"), ("서", "seo"), ("신", "shin"),
    ];

    public static readonly (string Hangul, string Latin)[] GivenNames =
    [
        ("미나", "mina"), ("서연", "seoyeon"), ("지우", "jiwoo"), ("민준", "minjun"), ("하은", "haeun"), ("도윤", "doyun"),
        ("수아", "sua"), ("예준", "yejun"), ("지민", "jimin"), ("유진", "yujin"), ("현우", "hyunwoo"), ("채원", "chaewon"),
        ("다은", "daeun"), ("시우", "siwoo"), ("나연", "nayeon"), ("준호", "junho"), ("보라", "bora"), ("태양", "taeyang"),
    ];

    public static readonly string[] FirstNames =
    [
        "Emma", "Olivia", "Noah", "Liam", "Ava", "Mia", "Ethan", "Lucas", "Sofia", "Grace", "Chloe", "Leo", "Hazel", "Ivy",
        "Jack", "Nora", "Theo", "Ruby", "Owen", "Zoe",
    ];

    public static readonly string[] LastNames =
    [
        "Clark", "Walker", "Young", "Turner", "Reed", "Hughes", "Foster", "Bennett", "Gray", "Brooks", "Ellis", "Porter",
        "Shaw", "Hayes", "Marsh", "Quinn",
    ];

    public static readonly string[] KoreanBios =
    [
        "매일 입는 옷을 기록해요", "빈티지와 데님을 좋아합니다", "키 162 / 봄웜", "성수동에서 일하는 디자이너", "편한 게 제일 예쁜 거",
        "미니멀 옷장 만들기 3년차", "", "고양이 둘과 니트 서른 벌",
    ];

    public static readonly string[] EnglishBios =
    [
        "Mostly denim, sometimes linen", "Thrifting since 2009", "Small closet, long walks", "Seoul / London", "",
        "I sew half of what I wear", "Petite fits and honest reviews", "Sneakers first, outfit second",
    ];

    public static readonly string[] KoreanCaptions =
    [
        "오늘은 {color} {item}에 {other} 조합. {place} 가는 길에 찍었어요 {tag} {tag2}",
        "{season}엔 역시 {item}! 세 번째 재구매입니다 {tag}",
        "드디어 산 {color} {item}, 생각보다 핏이 좋아요 {tag} {tag2}",
        "{place}에서 산 {item}. 가격도 착하고 소재도 좋아서 추천 {tag}",
        "출근룩은 늘 {other}. 오늘은 {item} 하나로 힘줘 봤어요 {tag} {tag2}",
        "비 오는 날엔 {color} {item} {tag}",
        "{item} 사이즈 고민하시는 분들, 저는 한 치수 크게 갔어요 {tag} {tag2}",
        "옷장 정리하다 찾은 {color} {item}. 아직도 예쁘죠? {tag}",
        "주말 {place} 나들이, {item}이랑 {other} 매치 {tag} {tag2}",
        "{season} 신상 {item} 입어 봤어요. 후기는 댓글로 물어보세요 {tag}",
    ];

    public static readonly string[] EnglishCaptions =
    [
        "{color} {item} with {other}, off to {place} {tag} {tag2}",
        "Third {season} with this {item} and it only gets better {tag}",
        "Finally found a {color} {item} that fits at the shoulders {tag} {tag2}",
        "Picked up this {item} in {place}, honest review in the comments {tag}",
        "Work uniform: {other} and one {color} {item} {tag} {tag2}",
        "Rainy day, {color} {item} {tag}",
        "Sized up in the {item}, would do it again {tag} {tag2}",
        "Closet clean-out find: a {color} {item} from years ago {tag}",
        "{item} and {other} for a slow Sunday in {place} {tag} {tag2}",
        "New {season} drop: tried the {item}, ask me anything {tag}",
    ];

    public static readonly Dictionary<string, string[]> Korean = new(StringComparer.Ordinal)
    {
        ["color"] = ["검정", "베이지", "네이비", "크림색", "카키", "연청", "버건디", "회색"],
        ["item"] = ["트렌치코트", "니트", "와이드 팬츠", "블라우스", "데님 재킷", "플리츠스커트", "가디건", "로퍼", "패딩", "셔츠 원피스"],
        ["other"] = ["흰 티셔츠", "슬랙스", "청바지", "터틀넥", "스니커즈", "앵클부츠"],
        ["place"] = ["성수", "홍대", "연남동", "한강", "가로수길", "부산", "제주"],
        ["season"] = ["봄", "여름", "가을", "겨울", "환절기"],
        ["tag"] = ["#데일리룩", "#오오티디", "#가을코디", "#출근룩", "#ootd", "#빈티지", "#미니멀룩", "#성수"],
        ["tag2"] = ["#코디", "#패션", "#데님", "#니트", "#ootd", "#스트릿", "#하객룩"],
    };

    public static readonly Dictionary<string, string[]> English = new(StringComparer.Ordinal)
    {
        ["color"] = ["black", "beige", "navy", "cream", "olive", "light blue", "burgundy", "grey"],
        ["item"] = ["trench coat", "knit", "wide trousers", "blouse", "denim jacket", "pleated skirt", "cardigan", "loafers"],
        ["other"] = ["a white tee", "straight jeans", "tailored trousers", "a turtleneck", "white sneakers", "ankle boots"],
        ["place"] = ["Shoreditch", "Seoul", "the park", "Brooklyn", "the market", "Lisbon", "Copenhagen"],
        ["season"] = ["spring", "summer", "autumn", "winter"],
        ["tag"] = ["#ootd", "#streetstyle", "#vintage", "#minimal", "#denim", "#workwear", "#thrifted"],
        ["tag2"] = ["#fashion", "#fitcheck", "#knitwear", "#capsulewardrobe", "#slowfashion"],
    };

    public static readonly string[] KoreanComments =
    [
        "너무 예뻐요!", "어디 거예요?", "색감 최고", "저도 이거 샀어요 ㅎㅎ", "사이즈 뭐 입으셨어요?", "핏이 미쳤다…", "가격 궁금해요",
        "오늘도 잘 보고 갑니다 :)", "신발 정보 부탁드려요", "분위기 좋다", "따라 입고 싶어요", "품절이라 못 샀는데 ㅠㅠ",
    ];

    public static readonly string[] EnglishComments =
    [
        "Love this!", "Where is it from?", "That colour on you!", "Need those shoes", "What size did you take?", "So clean",
        "Saving this for autumn", "The fit is perfect", "Sold out everywhere, sadly", "Does it run small?", "Goals", "Great shot",
    ];
}
