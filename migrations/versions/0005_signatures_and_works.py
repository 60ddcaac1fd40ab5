"""Digital signatures on certificates; long work with its rows."""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'


def upgrade() -> None:
    """Apply."""
    op.create_table('signature',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('certificate_id', sa.Integer(), nullable=False),
    sa.Column('paper_sha256', sa.String(length=64), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('size', sa.Integer(), nullable=False),
    sa.Column('store', sa.String(length=20), nullable=False),
    sa.Column('signer', sa.String(length=200), nullable=False),
    sa.Column('key_sha256', sa.String(length=64), nullable=False),
    sa.Column('demonstration', sa.Boolean(), nullable=False),
    sa.Column('signed_at', sa.DateTime(), nullable=False),
    sa.Column('checked_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['certificate_id'], ['certificate.id'],
                            name=op.f('fk_signature_certificate_id_certificate')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_signature')),
    sa.UniqueConstraint('certificate_id', 'paper_sha256', name=op.f('uq_signature_certificate_id_paper_sha256'))
    )
    with op.batch_alter_table('signature', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_signature_sha256'), ['sha256'], unique=False)

    op.create_table('work',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(length=5), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('started_at', sa.DateTime(), nullable=True),
    sa.Column('finished_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_work_person_id_person')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_work'))
    )
    with op.batch_alter_table('work', schema=None) as batch_op:
        batch_op.create_index('ix_work_kind', ['kind', 'id'], unique=False)

    op.create_table('work_row',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('work_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('subject', sa.Integer(), nullable=False),
    sa.Column('label', sa.String(length=160), nullable=False),
    sa.Column('url', sa.String(length=200), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('done_at', sa.DateTime(), nullable=True),
    sa.CheckConstraint("state in ('waiting', 'done', 'refused', 'failed')", name=op.f('ck_work_row_state')),
    sa.ForeignKeyConstraint(['work_id'], ['work.id'], name=op.f('fk_work_row_work_id_work')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_work_row')),
    sa.UniqueConstraint('work_id', 'position', name=op.f('uq_work_row_work_id_position'))
    )
    with op.batch_alter_table('work_row', schema=None) as batch_op:
        batch_op.create_index('ix_work_row_state', ['work_id', 'state'], unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_table('work_row')
    op.drop_table('work')
    op.drop_table('signature')
