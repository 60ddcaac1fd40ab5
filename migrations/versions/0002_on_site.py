"""On site: drawn points, where a photo's time and place come from, rival notes, signatures, receipts."""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'


def upgrade() -> None:
    """Apply."""
    with op.batch_alter_table('visit') as batch_op:
        batch_op.add_column(sa.Column('seed', sa.String(length=16), nullable=False, server_default=''))
    with op.batch_alter_table('sample_point') as batch_op:
        batch_op.add_column(sa.Column('listed', sa.Integer(), nullable=True))
    with op.batch_alter_table('visit_photo') as batch_op:
        batch_op.add_column(sa.Column('source', sa.String(length=8), nullable=False, server_default=''))
    op.create_table(
        'rival_note',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('visit_id', sa.Integer(), nullable=False),
        sa.Column('item_id', sa.String(length=20), nullable=False),
        sa.Column('found', sa.String(length=8), nullable=False),
        sa.Column('points', sa.BigInteger(), nullable=True),
        sa.Column('not_applicable', sa.Boolean(), nullable=False),
        sa.Column('note', sa.Text(), nullable=False),
        sa.Column('noted_by_id', sa.Integer(), nullable=False),
        sa.Column('noted_at', sa.DateTime(), nullable=False),
        sa.Column('settled_at', sa.DateTime(), nullable=True),
        sa.CheckConstraint("found in ('true', 'partly', 'false')", name=op.f('ck_rival_note_found')),
        sa.ForeignKeyConstraint(['noted_by_id'], ['person.id'], name=op.f('fk_rival_note_noted_by_id_person')),
        sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_rival_note_visit_id_visit')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_rival_note')))
    op.create_index(op.f('ix_rival_note_visit_id'), 'rival_note', ['visit_id'])
    op.create_table(
        'visit_signature',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('visit_id', sa.Integer(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=True),
        sa.Column('name', sa.String(length=60), nullable=False),
        sa.Column('post', sa.String(length=60), nullable=False),
        sa.Column('typed', sa.Boolean(), nullable=False),
        sa.Column('digest', sa.String(length=64), nullable=False),
        sa.Column('file_id', sa.Integer(), nullable=False),
        sa.Column('witness_id', sa.Integer(), nullable=False),
        sa.Column('signed_at', sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(['file_id'], ['file.id'], name=op.f('fk_visit_signature_file_id_file')),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_visit_signature_person_id_person')),
        sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_visit_signature_visit_id_visit')),
        sa.ForeignKeyConstraint(['witness_id'], ['person.id'], name=op.f('fk_visit_signature_witness_id_person')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_visit_signature')))
    op.create_index(op.f('ix_visit_signature_visit_id'), 'visit_signature', ['visit_id'])
    op.create_table(
        'visit_receipt',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('visit_id', sa.Integer(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('key', sa.String(length=36), nullable=False),
        sa.Column('answer', sa.JSON(), nullable=False),
        sa.Column('taken_at', sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_visit_receipt_person_id_person')),
        sa.ForeignKeyConstraint(['visit_id'], ['visit.id'], name=op.f('fk_visit_receipt_visit_id_visit')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_visit_receipt')),
        sa.UniqueConstraint('person_id', 'key', name=op.f('uq_visit_receipt_person_id_key')))
    op.create_index(op.f('ix_visit_receipt_visit_id'), 'visit_receipt', ['visit_id'])


def downgrade() -> None:
    """Take back."""
    op.drop_table('visit_receipt')
    op.drop_table('visit_signature')
    op.drop_table('rival_note')
    with op.batch_alter_table('visit_photo') as batch_op:
        batch_op.drop_column('source')
    with op.batch_alter_table('sample_point') as batch_op:
        batch_op.drop_column('listed')
    with op.batch_alter_table('visit') as batch_op:
        batch_op.drop_column('seed')
