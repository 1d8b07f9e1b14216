"""The names of the months as tools write them: English, German, French, Spanish, Italian, Portuguese, Dutch.

Full and short forms as in CLDR (a test compares them with Babel's), and spellings of older tools.
"""

MONTHS = {
    name: month
    for month, names in enumerate(
        (
            "january jan januar jän jänner janvier janv enero ene gennaio gen janeiro januari",
            "february feb februar februari février fevrier févr fév febrero febbraio fevereiro fev",
            "march mar märz maerz mär mrz mars marzo março marco maart mrt",
            "april apr avril avr abril abr aprile",
            "may mai mayo maggio mag maio mei",
            "june jun juni juin junio giugno giu junho",
            "july jul juli juillet juil juill julio luglio lug julho",
            "august aug août aout agosto ago augustus",
            "september sep sept septembre septiembre settembre set setembro",
            "october oct oktober okt octobre octubre ottobre ott outubro out",
            "november nov novembre noviembre novembro",
            "december dec dezember dez décembre decembre déc diciembre dic dicembre dezembro",
        ),
        start=1,
    )
    for name in names.split()
}
"""Lower case, without the point of a short form → 1 to 12. No name means two months in two languages."""
