"""Names that are spelt in several ways and mean one: Zelensky and Zelenskyy, Kyiv and Kiev. Knows nothing else."""

SPELLINGS = {
    **dict.fromkeys(("zelenskyy", "zelenskiy", "zelenskyi", "zelenskii"), "zelensky"),
    **dict.fromkeys(("kiev", "kyiv"), "kyiv"),
    "odessa": "odesa",
    "kharkov": "kharkiv",
    "lugansk": "luhansk",
    "donbass": "donbas",
    "zaporozhye": "zaporizhzhia",
    "zaporizhzhya": "zaporizhzhia",
    "sergey": "sergei",
    "volodimir": "volodymyr",
    "türkiye": "turkey",
    "turkiye": "turkey",
    "erdoğan": "erdogan",
}
"""Names of this subject that are spelt in several ways, and the spelling that stands for all."""
